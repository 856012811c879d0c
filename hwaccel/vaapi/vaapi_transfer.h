// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include "base/result.h"
#include "hwaccel/compositor.h"
#include "hwaccel/overlay.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_objects.h"
#include "hwaccel/vaapi/vaapi_surface.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// Moves pixels between memory and surfaces, through one image in NV12 that grows to the largest
// picture seen and is kept. Reading waits until the surface's picture is finished; writing does
// not look whether somebody still reads the surface. Only whole surfaces are written, from an image
// no smaller: Mesa's drivers take no notice of the rectangles that vaPutImage is given. Counts
// nothing. One thread at a time.
class VaapiTransfer {
 public:
  explicit VaapiTransfer(const VaapiDisplay& display) : display_(display.handle()) {}

  // `to` is of the same size.
  Status Upload(const I420View& picture, const VaapiPicture& to);
  // The top left part, of the size of `to`.
  Status Download(VASurfaceID surface, const MutableI420View& to);
  // Fetches the part of a canvas that an overlay covers, lays the overlay over it, and puts that
  // into `to`, which is of the overlay's size.
  Status Blend(PixelPoint top_left, const Overlay& overlay, VASurfaceID canvas,
               const VaapiPicture& to);
  // All of its memory.
  Status Fill(const VaapiPicture& to, YuvColor color);

 private:
  Status Grow(PixelSize size);
  Status Get(VASurfaceID surface, PixelRect rect);
  Status Put(const VaapiPicture& to);

  const VADisplay display_;
  VaImage image_;
};

// Writes an overlay's pixels into a BGRA picture of its size. Once per overlay: nothing is kept.
Status UploadOverlay(const VaapiDisplay& display, const Overlay& overlay, const VaapiPicture& to);

}  // namespace continuo
