// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/pixel_size.h"

namespace continuo {

// A small picture with transparency that was rendered once and is blended many times: a name plate,
// a person's initials. I420 premultiplied by alpha, BT.709 limited range, in one block of memory
// that a backend can upload as it is: luma[height][width], u and v[height/2][width/2],
// alpha[height][width], chroma_alpha[height/2][width/2]. Both sides are even. Immutable once made.
class Overlay {
 public:
  Overlay() = default;
  // From 32-bit pixels, blue in the lowest byte, alpha in the highest, premultiplied: Cairo's
  // CAIRO_FORMAT_ARGB32. `size` is even in both directions; `stride` is in bytes.
  static Overlay FromPremultipliedArgb(PixelSize size, const uint8_t* pixels, int stride);

  PixelSize size() const { return size_; }
  bool empty() const { return bytes_.empty(); }
  const uint8_t* luma() const { return bytes_.data(); }
  const uint8_t* u() const { return luma() + area(); }
  const uint8_t* v() const { return u() + area() / 4; }
  const uint8_t* alpha() const { return v() + area() / 4; }
  const uint8_t* chroma_alpha() const { return alpha() + area(); }

 private:
  size_t area() const { return static_cast<size_t>(size_.area()); }

  PixelSize size_;
  std::vector<uint8_t> bytes_;
};

}  // namespace continuo
