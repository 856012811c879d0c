// SPDX-License-Identifier: Apache-2.0
#include "mcu/scene/layout.h"

#include <algorithm>

namespace continuo {
namespace {

int Even(int n) { return n & ~1; }

}  // namespace

std::vector<PixelRect> GridLayout(int people, PixelSize canvas) {
  const int tiles = std::clamp(people, 0, kMaxTiles);
  if (tiles == 0) return {};
  int columns = 1;
  while (columns * columns < tiles) ++columns;
  const int rows = (tiles + columns - 1) / columns;
  const PixelSize size{Even(canvas.width / columns), Even(canvas.height / columns)};
  const int top = Even((canvas.height - rows * size.height) / 2);

  std::vector<PixelRect> rects;
  rects.reserve(static_cast<size_t>(tiles));
  for (int row = 0; row < rows; ++row) {
    const int in_row = std::min(columns, tiles - row * columns);
    const int left = Even((canvas.width - in_row * size.width) / 2);
    for (int column = 0; column < in_row; ++column) {
      rects.push_back(
          {left + column * size.width, top + row * size.height, size.width, size.height});
    }
  }
  return rects;
}

}  // namespace continuo
