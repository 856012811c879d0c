// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace softva {

struct Yuv {
  int y = 0, u = 0, v = 0;
};

// Limited range, of full-range RGB; `alpha` scales the offsets too, so that colours premultiplied
// with it come out premultiplied. All from 0 to 255.
Yuv RgbToYuv(int r, int g, int b, int alpha, bool bt709);
uint32_t YuvToArgb(int y, int u, int v, bool bt709);

}  // namespace softva
