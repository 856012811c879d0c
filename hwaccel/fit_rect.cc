// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/fit_rect.h"

#include <algorithm>
#include <cstdint>

namespace continuo {
namespace {

// length * numerator / denominator to the nearest even number, from 2 to `limit`.
int ScaledSide(int length, int numerator, int denominator, int limit) {
  const int64_t twice = 2 * static_cast<int64_t>(denominator);
  const int64_t even = (static_cast<int64_t>(length) * numerator + denominator) / twice * 2;
  return static_cast<int>(std::min<int64_t>(std::max<int64_t>(even, 2), limit));
}

}  // namespace

PixelRect FitRect(PixelSize picture, PixelRect tile) {
  if (picture.width <= 0 || picture.height <= 0) return {tile.x, tile.y, 0, 0};
  PixelSize fit = tile.size();
  const bool wider = static_cast<int64_t>(picture.width) * tile.height >=
                     static_cast<int64_t>(picture.height) * tile.width;
  if (wider) {
    fit.height = ScaledSide(tile.width, picture.height, picture.width, tile.height);
  } else {
    fit.width = ScaledSide(tile.height, picture.width, picture.height, tile.width);
  }
  return {tile.x + (((tile.width - fit.width) / 2) & ~1),
          tile.y + (((tile.height - fit.height) / 2) & ~1), fit.width, fit.height};
}

}  // namespace continuo
