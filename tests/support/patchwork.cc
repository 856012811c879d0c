// SPDX-License-Identifier: Apache-2.0
#include "tests/support/patchwork.h"

namespace continuo {

void DrawPatchwork(uint16_t number, MutableI420View picture) {
  constexpr int kSide = 10;
  for (int y = 0; y < picture.size.height; ++y) {
    for (int x = 0; x < picture.size.width; ++x) {
      const auto square = static_cast<uint32_t>(y / kSide * 131 + x / kSide);
      uint32_t hash = (number * 7919u + square) * 2654435761u;
      hash = (hash ^ hash >> 15) * 2246822519u;
      picture.planes[0][y * picture.strides[0] + x] = static_cast<uint8_t>(88 + (hash >> 16) % 80);
    }
  }
}

}  // namespace continuo
