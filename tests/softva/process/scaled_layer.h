// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "softva/process/layer.h"

namespace softva {

// A layer at the size that it has in the target, in the target's format, before it is laid there.
struct ScaledLayer {
  int width = 0, height = 0;
  std::vector<uint8_t> luma;          // [height][width]
  std::vector<uint8_t> chroma;        // [height / 2][width], U and V in turn
  std::vector<uint8_t> pixels;        // [height][width], BGRA: where the target is
  std::vector<uint8_t> alpha;         // [height][width]; empty where all is opaque
  std::vector<uint8_t> chroma_alpha;  // [height / 2][width / 2]
};

ScaledLayer ScaleForNv12(const Layer& layer);
ScaledLayer ScaleForBgra(const Layer& layer);

}  // namespace softva
