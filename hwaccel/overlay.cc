// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/overlay.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/check.h"

namespace continuo {
namespace {

struct Pixel {
  float r = 0, g = 0, b = 0, a = 0;  // 0 to 255, premultiplied
};

Pixel PixelAt(const uint8_t* pixels, int stride, int x, int y) {
  const uint8_t* p = pixels + static_cast<ptrdiff_t>(y) * stride + 4 * x;
  return {static_cast<float>(p[2]), static_cast<float>(p[1]), static_cast<float>(p[0]),
          static_cast<float>(p[3])};
}

uint8_t Round(float v) { return static_cast<uint8_t>(std::clamp(std::lround(v), 0L, 255L)); }

// BT.709, limited range: Kr = 0.2126, Kb = 0.0722; luma spans 219 steps from 16, chroma 224 around
// 128. The offsets are premultiplied too.
uint8_t Luma(const Pixel& p) {
  return Round((16 * p.a + 219 * (0.2126F * p.r + 0.7152F * p.g + 0.0722F * p.b)) / 255);
}
uint8_t ChromaU(const Pixel& p) {
  return Round((128 * p.a + 224 * (-0.11457F * p.r - 0.38543F * p.g + 0.5F * p.b)) / 255);
}
uint8_t ChromaV(const Pixel& p) {
  return Round((128 * p.a + 224 * (0.5F * p.r - 0.45415F * p.g - 0.04585F * p.b)) / 255);
}

}  // namespace

Overlay Overlay::FromPremultipliedArgb(PixelSize size, const uint8_t* pixels, int stride) {
  CONTINUO_CHECK(size.width > 0 && size.height > 0 && (size.width | size.height) % 2 == 0);
  static std::atomic<uint64_t> last_id{0};
  Overlay overlay;
  overlay.size_ = size;
  overlay.id_ = last_id.fetch_add(1, std::memory_order_relaxed) + 1;
  overlay.bytes_.resize(overlay.area() * 2 + overlay.area() / 4 * 3);
  for (int y = 0; y < size.height; ++y) {
    const uint8_t* const row = pixels + static_cast<ptrdiff_t>(y) * stride;
    overlay.argb_.insert(overlay.argb_.end(), row, row + 4 * static_cast<ptrdiff_t>(size.width));
  }
  uint8_t* luma = overlay.bytes_.data();
  uint8_t* u = luma + overlay.area();
  uint8_t* v = u + overlay.area() / 4;
  uint8_t* alpha = v + overlay.area() / 4;
  uint8_t* chroma_alpha = alpha + overlay.area();
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Pixel p = PixelAt(pixels, stride, x, y);
      *luma++ = Luma(p);
      *alpha++ = Round(p.a);
    }
  }
  for (int y = 0; y < size.height; y += 2) {
    for (int x = 0; x < size.width; x += 2) {
      Pixel mean;
      for (int i = 0; i < 4; ++i) {
        const Pixel p = PixelAt(pixels, stride, x + i % 2, y + i / 2);
        mean = {mean.r + p.r / 4, mean.g + p.g / 4, mean.b + p.b / 4, mean.a + p.a / 4};
      }
      *u++ = ChromaU(mean);
      *v++ = ChromaV(mean);
      *chroma_alpha++ = Round(mean.a);
    }
  }
  return overlay;
}

}  // namespace continuo
