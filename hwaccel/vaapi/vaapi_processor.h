// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_vpp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_objects.h"
#include "media/pixel_size.h"

namespace continuo {

// One picture to draw: `from`, a part of its surface, scaled to `to`, a part of the target.
struct VaapiLayer {
  enum class Kind : uint8_t {
    kOpaque,   // NV12
    kOverlay,  // BGRA, premultiplied, blended per pixel
  };
  VASurfaceID surface = VA_INVALID_SURFACE;
  PixelRect from;
  PixelRect to;
  Kind kind = Kind::kOpaque;
};

// libva's video processing, used in the one way that Intel's and AMD's drivers agree on: every pass
// draws at most kMaxLayers layers onto one surface, later ones on top, scaled bilinearly, without a
// background colour. What a pass does not draw on is undefined, for drivers differ: the first layer
// covers the whole target. Everything is BT.709 and said to be so. Nothing is finished when Draw()
// returns: the driver orders later passes behind it, and whoever reads pixels syncs. One thread at
// a time. The parameter buffers are made once and written over.
class VaapiProcessor {
 public:
  // The composition kernels of Intel's drivers take eight layers at once; beyond that they begin
  // anew, and Intel's own runtime never goes there.
  static constexpr size_t kMaxLayers = 8;

  static Result<std::unique_ptr<VaapiProcessor>> Create(const VaapiDisplay& display,
                                                        PixelSize largest);

  // Whether the driver says that it blends premultiplied pixels.
  bool blends() const { return blends_; }
  Status Draw(VASurfaceID target, std::span<const VaapiLayer> layers);

 private:
  VaapiProcessor(VaConfig config, VaContext context, bool knows_bt709, bool blends)
      : config_(std::move(config)),
        context_(std::move(context)),
        knows_bt709_(knows_bt709),
        blends_(blends) {}
  // Everything that a layer's parameters point to, alive until vaEndPicture.
  struct Slot {
    VaBuffer buffer;
    VARectangle from{};
    VARectangle to{};
    VABlendState blend{};
  };
  Status Prepare(Slot& slot, const VaapiLayer& layer);

  const VaConfig config_;
  const VaContext context_;
  const bool knows_bt709_;
  const bool blends_;
  std::array<Slot, kMaxLayers> slots_;  // gone before the context
};

}  // namespace continuo
