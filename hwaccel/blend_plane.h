// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "media/pixel_size.h"

namespace continuo {

// Samples of one kind, to write to: every `step` bytes in a row, 1 in a plane of their own, 2 where
// U and V alternate.
struct SampleView {
  uint8_t* first = nullptr;
  int stride = 0;  // bytes
  int step = 1;
};

// canvas[height][stride] = overlay[height][width] + canvas * (255 - alpha[height][width]) / 255:
// one plane of an Overlay over one of a canvas.
void BlendPlane(const uint8_t* overlay, const uint8_t* alpha, PixelSize size, SampleView canvas);

}  // namespace continuo
