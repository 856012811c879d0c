// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <memory>

#include "base/result.h"
#include "hwaccel/surface.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_objects.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// A Surface that is a VASurface. Every backend whose pictures are on a VADisplay hands out this
// class and none other, so that one compositor draws them all: a Surface of a device is cast back
// by VaapiSurface::Of(). Does not own the memory.
class VaapiSurface final : public Surface {
 public:
  // `size` is that of the memory: what is shown may be less, and begins at its top left.
  VaapiSurface(const Device& device, VASurfaceID id, PixelSize size)
      : Surface(device), id_(id), size_(size) {}

  static const VaapiSurface& Of(const Surface& surface) {
    return static_cast<const VaapiSurface&>(surface);
  }
  VASurfaceID id() const { return id_; }
  PixelSize size() const { return size_; }

 private:
  const VASurfaceID id_;
  const PixelSize size_;
};

// Memory for one picture that we draw, with the Surface that it is seen as. NV12 or BGRA. `size()`
// is what is shown.
class VaapiPicture {
 public:
  enum class Sides : uint8_t {
    kAsShown,           // for what is scaled: filters must not reach for what nobody drew
    kWholeMacroblocks,  // for what is encoded
  };
  static Result<std::unique_ptr<VaapiPicture>> Create(const Device& device,
                                                      const VaapiDisplay& display, PixelSize size,
                                                      Sides sides,
                                                      uint32_t fourcc = VA_FOURCC_NV12);

  VASurfaceID id() const { return memory_.id(); }
  PixelSize size() const { return size_; }
  PixelRect rect() const { return {0, 0, size_.width, size_.height}; }
  const VaapiSurface& surface() const { return surface_; }
  PictureView view() const { return {size_, surface_}; }

 private:
  VaapiPicture(const Device& device, VaSurface memory, PixelSize coded, PixelSize size)
      : memory_(std::move(memory)), surface_(device, memory_.id(), coded), size_(size) {}

  const VaSurface memory_;
  const VaapiSurface surface_;
  const PixelSize size_;
};

}  // namespace continuo
