// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "hwaccel/compositor.h"
#include "hwaccel/overlay.h"
#include "media/pixel_size.h"

namespace continuo {

class TextRenderer;

// What is drawn on a tile with text in it, rendered once per change by Pango and Cairo, in any
// script that the machine has a font for, and kept: the name plate, and the initials of somebody
// without a picture. Does not draw on the canvas: a Compositor blends what this gives.
// One thread at a time. Bounded: keeps the kCapacity last used overlays, so a reference is good
// until kCapacity others were asked for.
class NamePlates {
 public:
  // Twice what a scene of kMaxTiles tiles needs, so that going back to the last layout is free.
  static constexpr size_t kCapacity = 100;

  // Loads a first font, which takes a while; kUnavailable when there is none. `canvas_height` is
  // what the plates are read on: letters are at least a twentieth of it, 9 lines on a 180-line
  // screen.
  static Result<std::unique_ptr<NamePlates>> Create(int canvas_height);
  ~NamePlates();

  // White text on a translucent dark plate with round corners, no larger than the tile, cut with an
  // ellipsis where it does not fit. Any bytes will do for a name; empty when nothing is left of it.
  const Overlay& Plate(std::string_view name, PixelSize tile);
  // White initials on a disc whose colour depends on the name only, for the middle of the tile.
  const Overlay& Initials(std::string_view name, PixelSize tile);

  // Where they go.
  static PixelPoint PlateOrigin(PixelRect tile, PixelSize plate);
  static PixelPoint InitialsOrigin(PixelRect tile, PixelSize disc);

  uint64_t rendered() const { return rendered_; }

 private:
  enum class Kind : uint8_t { kPlate, kInitials };
  struct Entry {
    Kind kind;
    std::string name;
    PixelSize tile;
    Overlay overlay;
  };

  NamePlates(std::unique_ptr<TextRenderer> renderer, int canvas_height);
  const Overlay& Find(Kind kind, std::string_view name, PixelSize tile);
  Overlay Render(Kind kind, std::string_view name, PixelSize tile);

  std::unique_ptr<TextRenderer> renderer_;
  const int canvas_height_;
  std::list<Entry> entries_;  // last used first
  uint64_t rendered_ = 0;
};

}  // namespace continuo
