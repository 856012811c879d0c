// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cairo.h>
#include <pango/pango.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "hwaccel/overlay.h"
#include "media/pixel_size.h"

namespace continuo {

// The drawing behind NamePlates: the only place that knows Pango and Cairo. Takes names that
// DisplayName() made safe. Sizes are pixels of the canvas. One thread at a time.
class TextRenderer {
 public:
  static Result<std::unique_ptr<TextRenderer>> Create();

  // One line of white text on a translucent plate with round corners, at most `room` large. Empty
  // when there is no room for a letter.
  Overlay Plate(const std::string& text, int font_height, PixelSize room);
  // White text in the middle of an opaque disc. `color` is 0xRRGGBB.
  Overlay Disc(const std::string& text, uint32_t color, int diameter);

 private:
  struct Unref {
    void operator()(void* object) const;
  };
  struct DestroySurface {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  };
  using Layout = std::unique_ptr<PangoLayout, Unref>;
  using Surface = std::unique_ptr<cairo_surface_t, DestroySurface>;

  TextRenderer() = default;
  Layout MakeLayout(const std::string& text, double font_height) const;
  static Overlay ToOverlay(const Surface& surface);

  std::unique_ptr<PangoFontMap, Unref> fonts_;
  std::unique_ptr<PangoContext, Unref> context_;
};

}  // namespace continuo
