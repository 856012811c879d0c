// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "hwaccel/compositor.h"
#include "hwaccel/overlay.h"
#include "hwaccel/vaapi/vaapi_surface.h"
#include "hwaccel/vaapi/vaapi_transfer.h"

namespace continuo {

// What is drawn again and again and was uploaded once: overlays as BGRA, and one small surface per
// colour, from which a rectangle is filled by scaling. Both are few: when there are too many, the
// one that was not drawn for longest goes.
class VaapiSprites {
 public:
  VaapiSprites(const Device& device, const VaapiDisplay& display)
      : device_(device), display_(display) {}

  Result<const VaapiPicture*> Of(const Overlay& overlay);
  // A part of at most `size` of a surface in this colour.
  Result<const VaapiPicture*> Of(YuvColor color, VaapiTransfer& transfer);
  // The pass is over, so what it drew may go.
  void EndPass() { ++pass_; }

  // Large enough that no driver has to enlarge it beyond its limits to fill a canvas.
  static constexpr PixelSize kColorSize{512, 512};

 private:
  // A room shows at most 25 people, each with a plate and initials.
  static constexpr size_t kMaxOverlays = 96;
  static constexpr size_t kMaxColors = 16;
  struct Entry {
    uint64_t key = 0;
    uint64_t pass = 0;  // that drew it last
    std::unique_ptr<VaapiPicture> picture;
  };
  using Entries = std::vector<Entry>;
  const VaapiPicture* Find(Entries& entries, uint64_t key) const;
  const VaapiPicture* Keep(Entries& entries, size_t limit, uint64_t key,
                           std::unique_ptr<VaapiPicture> picture) const;

  const Device& device_;
  const VaapiDisplay& display_;
  uint64_t pass_ = 1;
  Entries overlays_;
  Entries colors_;
};

}  // namespace continuo
