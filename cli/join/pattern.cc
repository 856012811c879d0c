// SPDX-License-Identifier: Apache-2.0
#include "cli/join/pattern.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace continuo {

Pattern::Pattern(PixelSize size, int seed)
    : size_(size), seed_(seed), bytes_(static_cast<size_t>(size.area()) * 3 / 2) {
  const auto luma = static_cast<size_t>(size.area());
  picture_ = {size,
              {bytes_.data(), bytes_.data() + luma, bytes_.data() + luma + luma / 4},
              {size.width, size.width / 2, size.width / 2}};
}

void Pattern::Fill(int plane, PixelRect rect, uint8_t value) {
  const auto p = static_cast<size_t>(plane);
  for (int y = rect.y; y < rect.y + rect.height; ++y) {
    std::memset(picture_.planes[p] + y * picture_.strides[p] + rect.x, value,
                static_cast<size_t>(rect.width));
  }
}

I420View Pattern::Draw(int number) {
  for (int y = 0; y < size_.height; ++y) {
    uint8_t* row = picture_.planes[0] + y * picture_.strides[0];
    for (int x = 0; x < size_.width; ++x) {
      row[x] = static_cast<uint8_t>(60 + (x + y + 2 * number) / 4 % 60);
    }
  }
  const double hue = seed_ * 2.4;  // the golden angle: neighbours differ most
  const PixelRect chroma{0, 0, size_.width / 2, size_.height / 2};
  Fill(1, chroma, static_cast<uint8_t>(128 + 60 * std::cos(hue)));
  Fill(2, chroma, static_cast<uint8_t>(128 + 60 * std::sin(hue)));
  DrawHead(number);
  DrawBarcode(number);
  return picture_;
}

void Pattern::DrawHead(int number) {
  const double radius = size_.height / 5.0;
  const double cx = size_.width / 2.0;
  const double cy = size_.height * 0.42 + radius / 6 * std::sin(number / 9.0 + seed_);
  for (int y = 0; y < size_.height; ++y) {
    const double dy = (y - cy) / 1.25;
    const double half = radius * radius - dy * dy;
    if (half <= 0) continue;
    const int from = static_cast<int>(cx - std::sqrt(half));
    const int width = static_cast<int>(2 * std::sqrt(half));
    Fill(0, {from, y, width, 1}, 190);
  }
}

void Pattern::DrawBarcode(int number) {
  const int cell = size_.width / 16;
  const int row_height = size_.height / 12;
  for (int bit = 0; bit < 16; ++bit) {
    const bool on = (number >> (15 - bit) & 1) != 0;
    Fill(0, {bit * cell, 0, cell, row_height}, on ? 235 : 16);
    Fill(0, {bit * cell, row_height, cell, row_height}, on ? 16 : 235);
  }
  const PixelRect chroma{0, 0, size_.width / 2, row_height};
  Fill(1, chroma, 128);
  Fill(2, chroma, 128);
}

}  // namespace continuo
