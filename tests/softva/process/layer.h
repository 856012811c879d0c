// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_vpp.h>

#include <cstdint>
#include <memory>

#include "softva/core/image.h"
#include "softva/core/surface.h"

namespace softva {

class Driver;

enum class Scaling {
  kBox,       // every pixel of the source counts
  kBilinear,  // the nearest four, as a texture unit does it: aliases where it shrinks much
};

enum class PixelAlpha { kIgnored, kStraight, kPremultiplied };

// One picture to lay onto another: a VAProcPipelineParameterBuffer with all that its pointers point
// to, which are dead when the work is done.
struct Layer {
  std::shared_ptr<Surface> source;
  Rect from, to;            // within their surfaces, and `to` even where the target is NV12
  Rect visible;             // the part of `to` inside the target
  uint32_t background = 0;  // ARGB
  int alpha = 256;          // of the whole layer, 256 is opaque
  PixelAlpha pixel_alpha = PixelAlpha::kIgnored;
  Scaling scaling = Scaling::kBox;
  bool bt709 = false;  // the source's colours, or those it is to have; else BT.601
  bool background_bt709 = false;
};

// Reads a layer for a picture of `target`. Regions are clipped, and rounded to even ones, as real
// drivers do; the journal notes it. An error where nothing is left, or for what no driver takes.
VAStatus ReadLayer(Driver& driver, const VAProcPipelineParameterBuffer& parameters,
                   const Surface& target, Layer* layer);

}  // namespace softva
