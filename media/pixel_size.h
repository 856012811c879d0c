// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>

namespace continuo {

struct PixelSize {
  int width = 0;
  int height = 0;
  friend constexpr bool operator==(PixelSize, PixelSize) = default;
  constexpr int area() const { return width * height; }
};

// A rectangle of pixels; x and y are of its top left corner, from the top left of the picture.
struct PixelRect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  friend constexpr bool operator==(PixelRect, PixelRect) = default;
  constexpr PixelSize size() const { return {width, height}; }
  constexpr bool empty() const { return width <= 0 || height <= 0; }
};

}  // namespace continuo
