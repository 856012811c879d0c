// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/pixel_size.h"

namespace continuo {

// A small picture with transparency that was rendered once and is blended many times: a name plate,
// a person's initials. Two of the same: I420 premultiplied by alpha, BT.709 limited range, for
// those who blend on the CPU: luma[height][width], u and v[height/2][width/2],
// alpha[height][width], chroma_alpha[height/2][width/2]; and the pixels that it was made from,
// argb[height][4 * width], for a GPU. Both sides are even. Immutable once made.
class Overlay {
 public:
  Overlay() = default;
  // From 32-bit pixels, blue in the lowest byte, alpha in the highest, premultiplied: Cairo's
  // CAIRO_FORMAT_ARGB32. `size` is even in both directions; `stride` is in bytes.
  static Overlay FromPremultipliedArgb(PixelSize size, const uint8_t* pixels, int stride);

  PixelSize size() const { return size_; }
  // Of what it shows: unlike an address, never used again for another. Copies share it.
  uint64_t id() const { return id_; }
  bool empty() const { return bytes_.empty(); }
  const uint8_t* luma() const { return bytes_.data(); }
  const uint8_t* u() const { return luma() + area(); }
  const uint8_t* v() const { return u() + area() / 4; }
  const uint8_t* alpha() const { return v() + area() / 4; }
  const uint8_t* chroma_alpha() const { return alpha() + area(); }
  const uint8_t* argb() const { return argb_.data(); }

 private:
  size_t area() const { return static_cast<size_t>(size_.area()); }

  PixelSize size_;
  uint64_t id_ = 0;
  std::vector<uint8_t> bytes_;
  std::vector<uint8_t> argb_;
};

}  // namespace continuo
