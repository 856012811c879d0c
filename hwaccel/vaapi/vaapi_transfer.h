// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include "base/result.h"
#include "hwaccel/compositor.h"
#include "hwaccel/overlay.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_objects.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// Moves pixels between memory and surfaces, through one image in NV12 that grows to the largest
// picture seen and is kept. Reading waits until the surface's picture is finished; writing does
// not look whether somebody still reads the surface. Counts nothing. One thread at a time.
class VaapiTransfer {
 public:
  explicit VaapiTransfer(const VaapiDisplay& display) : display_(display.handle()) {}

  Status Upload(const I420View& picture, VASurfaceID surface);
  // The top left part, of the size of `to`.
  Status Download(VASurfaceID surface, const MutableI420View& to);
  // Lays the overlay over the surface: fetches that rectangle alone, and puts it back.
  Status Blend(PixelPoint top_left, const Overlay& overlay, VASurfaceID surface);
  // The whole surface, whose memory has `size`, in one colour.
  Status Fill(VASurfaceID surface, PixelSize size, YuvColor color);

 private:
  Status Grow(PixelSize size);
  Status Get(VASurfaceID surface, PixelRect rect);
  Status Put(VASurfaceID surface, PixelRect rect);

  const VADisplay display_;
  VaImage image_;
};

// Writes an overlay's pixels into a BGRA surface. Once per overlay, so nothing is kept.
Status UploadOverlay(const VaapiDisplay& display, const Overlay& overlay, VASurfaceID surface);

}  // namespace continuo
