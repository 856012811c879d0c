// SPDX-License-Identifier: Apache-2.0
#include "softva/core/image.h"

#include <libyuv/convert.h>
#include <libyuv/convert_from.h>
#include <libyuv/planar_functions.h>

#include <cstddef>
#include <utility>

namespace softva {

const std::array<VAImageFormat, 3> kImageFormats = {{
    {.fourcc = VA_FOURCC_NV12, .byte_order = VA_LSB_FIRST, .bits_per_pixel = 12},
    {.fourcc = VA_FOURCC_I420, .byte_order = VA_LSB_FIRST, .bits_per_pixel = 12},
    {.fourcc = VA_FOURCC_BGRA,
     .byte_order = VA_LSB_FIRST,
     .bits_per_pixel = 32,
     .depth = 32,
     .red_mask = 0x00ff0000,
     .green_mask = 0x0000ff00,
     .blue_mask = 0x000000ff,
     .alpha_mask = 0xff000000},
}};

namespace {

constexpr int kImagePitchStep = 64;

// Where each plane lies in an image whose first plane has this pitch and this many rows.
void LayOut(VAImage* image, uint32_t pitch, uint32_t rows) {
  const uint32_t plane = pitch * rows;
  image->pitches[0] = pitch;
  image->num_planes = 1;
  image->data_size = plane;
  if (image->format.fourcc == VA_FOURCC_NV12) {
    image->num_planes = 2;
    image->pitches[1] = pitch;
    image->offsets[1] = plane;
    image->data_size = plane + plane / 2;
  } else if (image->format.fourcc == VA_FOURCC_I420) {
    image->num_planes = 3;
    image->pitches[1] = image->pitches[2] = pitch / 2;
    image->offsets[1] = plane;
    image->offsets[2] = plane + plane / 4;
    image->data_size = plane + plane / 2;
  }
}

VAImage Describe(const VAImageFormat& format, int width, int height) {
  VAImage image{};
  image.format = format;
  image.width = static_cast<uint16_t>(width);
  image.height = static_cast<uint16_t>(height);
  return image;
}

bool Inside(Rect r, int width, int height) {
  return r.x >= 0 && r.y >= 0 && r.width > 0 && r.height > 0 && r.x + r.width <= width &&
         r.y + r.height <= height;
}

// One plane's pixels from (x, y), given in pixels of a plane `halved` times smaller.
uint8_t* At(uint8_t* plane, int pitch, int bytes_per_pixel, int x, int y) {
  return plane + static_cast<ptrdiff_t>(y) * pitch + static_cast<ptrdiff_t>(x) * bytes_per_pixel;
}

struct Planes {
  uint8_t* at[3] = {};
  int pitch[3] = {};
};

Planes PlanesOf(Image& image, int x, int y) {
  const VAImage& d = image.description;
  uint8_t* memory = image.buffer->memory();
  Planes planes;
  for (uint32_t i = 0; i < d.num_planes; ++i) {
    const int size = d.format.fourcc == VA_FOURCC_BGRA ? 4 : d.num_planes == 2 && i == 1 ? 2 : 1;
    const int shift = i == 0 ? 0 : 1;
    planes.pitch[i] = static_cast<int>(d.pitches[i]);
    planes.at[i] = At(memory + d.offsets[i], planes.pitch[i], size, x >> shift, y >> shift);
  }
  return planes;
}

Planes PlanesOf(Surface& surface, int x, int y) {
  Planes planes;
  planes.pitch[0] = planes.pitch[1] = surface.pitch();
  if (surface.fourcc() == VA_FOURCC_BGRA) {
    planes.at[0] = At(surface.memory(), surface.pitch(), 4, x, y);
    return planes;
  }
  planes.at[0] = At(surface.luma(), surface.pitch(), 1, x, y);
  planes.at[1] = At(surface.chroma(), surface.pitch(), 2, x / 2, y / 2);
  return planes;
}

void CopySameFormat(const Planes& from, const Planes& to, uint32_t fourcc, int w, int h) {
  if (fourcc == VA_FOURCC_BGRA) {
    libyuv::CopyPlane(from.at[0], from.pitch[0], to.at[0], to.pitch[0], 4 * w, h);
    return;
  }
  libyuv::CopyPlane(from.at[0], from.pitch[0], to.at[0], to.pitch[0], w, h);
  libyuv::CopyPlane(from.at[1], from.pitch[1], to.at[1], to.pitch[1], (w + 1) & ~1, (h + 1) / 2);
}

}  // namespace

const VAImageFormat* FindImageFormat(uint32_t fourcc) {
  for (const VAImageFormat& format : kImageFormats) {
    if (format.fourcc == fourcc) return &format;
  }
  return nullptr;
}

Image MakeImage(const VAImageFormat& format, int width, int height) {
  Image image{Describe(format, width, height), nullptr};
  const int row = format.fourcc == VA_FOURCC_BGRA ? 4 * width : width;
  LayOut(&image.description, (row + kImagePitchStep - 1) & ~(kImagePitchStep - 1),
         (height + 1) & ~1);
  image.buffer =
      std::make_shared<Buffer>(VAImageBufferType, image.description.data_size, 1, nullptr);
  return image;
}

Image DeriveImage(std::shared_ptr<Surface> surface) {
  Image image{Describe(*FindImageFormat(surface->fourcc()), surface->width(), surface->height()),
              nullptr};
  LayOut(&image.description, surface->pitch(), surface->padded_height());
  image.buffer = std::make_shared<Buffer>(std::move(surface));
  return image;
}

bool CopyFromSurface(Surface& surface, Rect from, Image& image) {
  const VAImage& to = image.description;
  if (!Inside(from, surface.width(), surface.height()) || from.width > to.width ||
      from.height > to.height) {
    return false;
  }
  const Planes s = PlanesOf(surface, from.x, from.y);
  const Planes t = PlanesOf(image, 0, 0);
  if (to.format.fourcc == surface.fourcc()) {
    CopySameFormat(s, t, surface.fourcc(), from.width, from.height);
    return true;
  }
  if (surface.fourcc() != VA_FOURCC_NV12 || to.format.fourcc != VA_FOURCC_I420) return false;
  libyuv::NV12ToI420(s.at[0], s.pitch[0], s.at[1], s.pitch[1], t.at[0], t.pitch[0], t.at[1],
                     t.pitch[1], t.at[2], t.pitch[2], from.width, from.height);
  return true;
}

bool CopyToSurface(Image& image, Rect from, Surface& surface, int x, int y) {
  const VAImage& source = image.description;
  if (!Inside(from, source.width, source.height) ||
      !Inside({x, y, from.width, from.height}, surface.width(), surface.height())) {
    return false;
  }
  const Planes s = PlanesOf(image, from.x, from.y);
  const Planes t = PlanesOf(surface, x, y);
  if (source.format.fourcc == surface.fourcc()) {
    CopySameFormat(s, t, surface.fourcc(), from.width, from.height);
    return true;
  }
  if (surface.fourcc() != VA_FOURCC_NV12 || source.format.fourcc != VA_FOURCC_I420) return false;
  libyuv::I420ToNV12(s.at[0], s.pitch[0], s.at[1], s.pitch[1], s.at[2], s.pitch[2], t.at[0],
                     t.pitch[0], t.at[1], t.pitch[1], from.width, from.height);
  return true;
}

}  // namespace softva
