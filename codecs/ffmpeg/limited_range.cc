// SPDX-License-Identifier: Apache-2.0
#include "codecs/ffmpeg/limited_range.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace continuo {
namespace {

using Table = std::array<uint8_t, 256>;

constexpr Table MakeTable(int range, int full_zero, int limited_zero) {
  Table table{};
  for (int value = 0; value < 256; ++value) {
    // Offset so that the rounded quotient is of a positive number.
    const int scaled = (value - full_zero) * range + 255 * limited_zero;
    table[static_cast<size_t>(value)] = static_cast<uint8_t>((scaled + 127) / 255);
  }
  return table;
}

constexpr Table kLuma = MakeTable(235 - 16, 0, 16);
constexpr Table kChroma = MakeTable(240 - 16, 128, 128);

}  // namespace

void ToLimitedRange(const I420View& full, const MutableI420View& limited) {
  for (size_t plane = 0; plane < 3; ++plane) {
    const Table& table = plane == 0 ? kLuma : kChroma;
    const int width = plane == 0 ? full.size.width : (full.size.width + 1) / 2;
    const int height = plane == 0 ? full.size.height : (full.size.height + 1) / 2;
    for (int y = 0; y < height; ++y) {
      const uint8_t* from = full.planes[plane] + static_cast<ptrdiff_t>(y) * full.strides[plane];
      uint8_t* to = limited.planes[plane] + static_cast<ptrdiff_t>(y) * limited.strides[plane];
      for (int x = 0; x < width; ++x) to[x] = table[from[x]];
    }
  }
}

}  // namespace continuo
