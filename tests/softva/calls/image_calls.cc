// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include "softva/calls/buffer_calls.h"
#include "softva/calls/call.h"
#include "softva/calls/surface_access.h"

namespace softva {
namespace {

VAStatus QueryImageFormats(Driver&, VAImageFormat* formats, int* count) {
  std::ranges::copy(kImageFormats, formats);
  *count = static_cast<int>(kImageFormats.size());
  return VA_STATUS_SUCCESS;
}

void Register(Driver& driver, Image image, VAImage* description) {
  image.description.buf = driver.buffers().Add(image.buffer);
  auto shared = std::make_shared<Image>(std::move(image));
  shared->description.image_id = driver.images().Add(shared);
  *description = shared->description;
}

VAStatus CreateImage(Driver& driver, VAImageFormat* format, int width, int height,
                     VAImage* description) {
  const VAImageFormat* known = FindImageFormat(format->fourcc);
  if (known == nullptr) return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
  if (width <= 0 || height <= 0 || width > kMaxPictureSide || height > kMaxPictureSide) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  Register(driver, MakeImage(*known, width, height), description);
  return VA_STATUS_SUCCESS;
}

VAStatus DeriveImageOf(Driver& driver, VASurfaceID id, VAImage* description) {
  // As radeonsi, whose surfaces have their fields apart: programs have to get and put images.
  if (driver.options().personality == Personality::kAmd) return VA_STATUS_ERROR_OPERATION_FAILED;
  auto surface = driver.surfaces().Find(id);
  if (surface == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_SURFACE, "DeriveImage: no such surface");
  }
  Register(driver, DeriveImage(std::move(surface)), description);
  return VA_STATUS_SUCCESS;
}

VAStatus DestroyImage(Driver& driver, VAImageID id) {
  const auto image = driver.images().Remove(id);
  if (image == nullptr) {
    return driver.journal().Reject(VA_STATUS_ERROR_INVALID_IMAGE, "DestroyImage: no such image");
  }
  driver.buffers().Remove(image->description.buf);
  return VA_STATUS_SUCCESS;
}

VAStatus GetImage(Driver& driver, VASurfaceID surface_id, int x, int y, unsigned int width,
                  unsigned int height, VAImageID image_id) {
  const auto surface = driver.surfaces().Find(surface_id);
  const auto image = driver.images().Find(image_id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  if (image == nullptr) return VA_STATUS_ERROR_INVALID_IMAGE;
  LetProgramRead(driver, *surface, "GetImage");
  const Rect from = {x, y, static_cast<int>(width), static_cast<int>(height)};
  if (CopyFromSurface(*surface, from, *image)) return VA_STATUS_SUCCESS;
  return driver.journal().Reject(VA_STATUS_ERROR_INVALID_PARAMETER, "GetImage: region or format");
}

VAStatus PutImage(Driver& driver, VASurfaceID surface_id, VAImageID image_id, int from_x,
                  int from_y, unsigned int from_width, unsigned int from_height, int x, int y,
                  unsigned int width, unsigned int height) {
  const auto surface = driver.surfaces().Find(surface_id);
  const auto image = driver.images().Find(image_id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  if (image == nullptr) return VA_STATUS_ERROR_INVALID_IMAGE;
  Rect from = {from_x, from_y, static_cast<int>(from_width), static_cast<int>(from_height)};
  if (driver.options().personality == Personality::kAmd) {
    // Mesa's radeonsi copies all of the surface from the image's beginning, whatever it is told.
    from = {0, 0, surface->width(), surface->height()};
    x = y = 0;
  }
  LetProgramWrite(driver, *surface);
  const bool scales = from_width != width || from_height != height;
  if (!scales && CopyToSurface(*image, from, *surface, x, y)) return VA_STATUS_SUCCESS;
  return driver.journal().Reject(VA_STATUS_ERROR_INVALID_PARAMETER, "PutImage: region or format");
}

}  // namespace

void FillImageCalls(VADriverVTable* table) {
  table->vaQueryImageFormats = Call<"QueryImageFormats", QueryImageFormats>::Enter;
  table->vaCreateImage = Call<"CreateImage", CreateImage>::Enter;
  table->vaDeriveImage = Call<"DeriveImage", DeriveImageOf>::Enter;
  table->vaDestroyImage = Call<"DestroyImage", DestroyImage>::Enter;
  table->vaGetImage = Call<"GetImage", GetImage>::Enter;
  table->vaPutImage = Call<"PutImage", PutImage>::Enter;
}

}  // namespace softva
