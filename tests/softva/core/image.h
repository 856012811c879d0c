// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <array>
#include <memory>

#include "softva/core/buffer.h"
#include "softva/core/surface.h"

namespace softva {

// The formats that images are offered in: NV12, I420, BGRA.
extern const std::array<VAImageFormat, 3> kImageFormats;
// Null where images have no such format.
const VAImageFormat* FindImageFormat(uint32_t fourcc);

// Pixels that a program sees: in memory of their own, or those of a surface (derived).
struct Image {
  VAImage description;
  std::shared_ptr<Buffer> buffer;
};

// Without ids; `buffer` has the memory.
Image MakeImage(const VAImageFormat& format, int width, int height);
Image DeriveImage(std::shared_ptr<Surface> surface);

struct Rect {
  int x = 0, y = 0, width = 0, height = 0;
};

// Copy between a rectangle of a surface and as large a one of an image, in one of the pairs of
// formats that fit; they return false for another pair or where a rectangle sticks out.
bool CopyFromSurface(Surface& surface, Rect from, Image& image);
bool CopyToSurface(Image& image, Rect from, Surface& surface, int x, int y);

}  // namespace softva
