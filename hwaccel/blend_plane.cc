// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/blend_plane.h"

#include <algorithm>

namespace continuo {
namespace {

template <int kStep>
void BlendRow(const uint8_t* overlay, const uint8_t* alpha, int width, uint8_t* canvas) {
  for (int x = 0; x < width; ++x) {
    // n / 255, rounded, for 0 <= n <= 255 * 255.
    const uint32_t n = canvas[x * kStep] * (255U - alpha[x]) + 128U;
    const uint32_t sum = overlay[x] + ((n + (n >> 8)) >> 8);
    canvas[x * kStep] = static_cast<uint8_t>(std::min(sum, 255U));
  }
}

}  // namespace

void BlendPlane(const uint8_t* overlay, const uint8_t* alpha, PixelSize size, SampleView canvas) {
  for (int y = 0; y < size.height; ++y) {
    if (canvas.step == 1) {
      BlendRow<1>(overlay, alpha, size.width, canvas.first);
    } else {
      BlendRow<2>(overlay, alpha, size.width, canvas.first);
    }
    overlay += size.width;
    alpha += size.width;
    canvas.first += canvas.stride;
  }
}

}  // namespace continuo
