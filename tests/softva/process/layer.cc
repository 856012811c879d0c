// SPDX-License-Identifier: Apache-2.0
#include "softva/process/layer.h"

#include <algorithm>
#include <cmath>

#include "softva/core/driver.h"

namespace softva {
namespace {

Rect ToRect(const VARectangle* region, const Surface& surface) {
  if (region == nullptr) return {0, 0, surface.width(), surface.height()};
  return {region->x, region->y, region->width, region->height};
}

Rect Clip(Rect r, const Surface& surface) {
  const int left = std::max(r.x, 0), top = std::max(r.y, 0);
  const int right = std::min(r.x + r.width, surface.width());
  const int bottom = std::min(r.y + r.height, surface.height());
  return {left, top, std::max(right - left, 0), std::max(bottom - top, 0)};
}

bool Same(Rect a, Rect b) {
  return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

bool Empty(Rect r) { return r.width <= 0 || r.height <= 0; }

// Outwards, so that nothing is lost.
Rect Even(Rect r) {
  const Rect even = {r.x & ~1, r.y & ~1, 0, 0};
  return {even.x, even.y, ((r.x + r.width + 1) & ~1) - even.x,
          ((r.y + r.height + 1) & ~1) - even.y};
}

VAStatus ReadRegions(Driver& driver, const VAProcPipelineParameterBuffer& parameters,
                     const Surface& target, Layer* layer) {
  Journal& journal = driver.journal();
  const Rect from = ToRect(parameters.surface_region, *layer->source);
  const Rect to = ToRect(parameters.output_region, target);
  layer->from = Clip(from, *layer->source);
  layer->to = target.fourcc() == VA_FOURCC_NV12 ? Even(to) : to;
  layer->visible = Clip(layer->to, target);
  if (Empty(layer->from) || Empty(to) || to.width > kMaxPictureSide ||
      to.height > kMaxPictureSide) {
    return journal.Reject(VA_STATUS_ERROR_INVALID_PARAMETER, "VideoProc: empty region");
  }
  if (!Same(layer->from, from)) journal.Violation("VideoProc: source region exceeds the surface");
  const bool odd = parameters.output_region != nullptr && !Same(layer->to, to);
  if (odd) journal.Violation("VideoProc: odd output region");
  return VA_STATUS_SUCCESS;
}

VAStatus ReadBlend(Driver& driver, const VAProcPipelineParameterBuffer& parameters, Layer* layer) {
  const uint32_t offered = driver.capabilities().BlendFlags();
  const VABlendState* blend = parameters.blend_state;
  if (offered == 0) {
    if (blend != nullptr) driver.journal().Violation("VideoProc: blend state, but no blend flags");
    return VA_STATUS_SUCCESS;
  }
  const bool has_alpha = layer->source->fourcc() == VA_FOURCC_BGRA;
  if (has_alpha) layer->pixel_alpha = PixelAlpha::kStraight;
  if (blend == nullptr) return VA_STATUS_SUCCESS;
  if ((blend->flags & ~offered) != 0) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_PARAMETER,
                                   "VideoProc: blend flags that aren't offered");
  }
  const bool premultiplied = (blend->flags & VA_BLEND_PREMULTIPLIED_ALPHA) != 0;
  if (has_alpha && premultiplied) layer->pixel_alpha = PixelAlpha::kPremultiplied;
  if ((blend->flags & VA_BLEND_GLOBAL_ALPHA) == 0) return VA_STATUS_SUCCESS;
  if (!(blend->global_alpha >= 0 && blend->global_alpha <= 1)) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_PARAMETER, "VideoProc: global alpha");
  }
  layer->alpha = static_cast<int>(std::lround(blend->global_alpha * 256));
  return VA_STATUS_SUCCESS;
}

// radeonsi has one way to scale, a textured blit. iHD scales well unless it is told to hurry.
Scaling ReadScaling(const Driver& driver, const VAProcPipelineParameterBuffer& parameters) {
  if (driver.options().personality == Personality::kAmd) return Scaling::kBilinear;
  const bool fast = (parameters.filter_flags & VA_FILTER_SCALING_MASK) == VA_FILTER_SCALING_FAST ||
                    (parameters.pipeline_flags & VA_PROC_PIPELINE_FAST) != 0;
  return fast ? Scaling::kBilinear : Scaling::kBox;
}

}  // namespace

VAStatus ReadLayer(Driver& driver, const VAProcPipelineParameterBuffer& parameters,
                   const Surface& target, Layer* layer) {
  layer->source = driver.surfaces().Find(parameters.surface);
  if (layer->source == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE,
                                   "VideoProc: no such source surface");
  }
  if (parameters.num_filters != 0) return VA_STATUS_ERROR_UNSUPPORTED_FILTER;
  if (parameters.rotation_state != VA_ROTATION_NONE || parameters.mirror_state != VA_MIRROR_NONE) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_PARAMETER,
                                   "VideoProc: rotation or mirroring isn't offered");
  }
  VAStatus status = ReadRegions(driver, parameters, target, layer);
  if (status == VA_STATUS_SUCCESS) status = ReadBlend(driver, parameters, layer);
  if (status != VA_STATUS_SUCCESS) return status;
  layer->background = parameters.output_background_color;
  layer->scaling = ReadScaling(driver, parameters);
  layer->background_bt709 = parameters.output_color_standard == VAProcColorStandardBT709;
  const bool from_rgb = layer->source->fourcc() == VA_FOURCC_BGRA;
  layer->bt709 = (from_rgb ? parameters.output_color_standard
                           : parameters.surface_color_standard) == VAProcColorStandardBT709;
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
