// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_picture.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/random.h"

namespace continuo {
namespace {

constexpr int kCells = 16;
constexpr uint8_t kBlack = 16;
constexpr uint8_t kWhite = 235;
// A cell whose middle is between these is neither.
constexpr int kDarkest = 100;
constexpr int kBrightest = 150;
constexpr int kNoise = 4;

PixelSize ChromaSize(PixelSize luma) { return {(luma.width + 1) / 2, (luma.height + 1) / 2}; }
PixelSize PlaneSize(PixelSize luma, int plane) { return plane == 0 ? luma : ChromaSize(luma); }

// The upper (0) or lower (1) row of cells.
PixelRect CellRow(PixelSize size, int row) {
  const int height = std::max(1, size.height / 12);
  return {0, size.height - (2 - row) * height, size.width, height};
}

PixelRect Cell(PixelRect row, int index) {
  const int begin = row.width * index / kCells;
  return {row.x + begin, row.y, row.width * (index + 1) / kCells - begin, row.height};
}

// From 0 to 127 and back: what makes a gradient without an edge where it wraps.
int Triangle(int phase) {
  phase &= 0xff;
  return phase < 128 ? phase : 255 - phase;
}

void DrawGradients(uint16_t number, const MutableI420View& picture) {
  Prng noise(number);
  const auto [width, height] = picture.size;
  for (int y = 0; y < height; ++y) {
    uint8_t* line = picture.planes[0] + static_cast<ptrdiff_t>(y) * picture.strides[0];
    uint64_t random = 0;
    for (int x = 0; x < width; ++x) {
      if (x % 16 == 0) random = noise.Next();
      const int grain = static_cast<int>(random & 15) * 2 * kNoise / 15 - kNoise;
      random >>= 4;
      line[x] = static_cast<uint8_t>(
          40 + (Triangle(2 * x + 5 * number) + Triangle(3 * y - 3 * number)) / 2 + 16 + grain);
    }
  }
  const PixelSize chroma = ChromaSize(picture.size);
  for (int plane = 1; plane < 3; ++plane) {
    for (int y = 0; y < chroma.height; ++y) {
      uint8_t* line = picture.planes[plane] + static_cast<ptrdiff_t>(y) * picture.strides[plane];
      for (int x = 0; x < chroma.width; ++x) {
        line[x] = static_cast<uint8_t>(64 + Triangle(plane == 1 ? x + number : y + 2 * number));
      }
    }
  }
}

void Fill(const MutableI420View& picture, PixelRect rect, uint8_t luma) {
  for (int y = rect.y; y < rect.y + rect.height; ++y) {
    uint8_t* line = picture.planes[0] + static_cast<ptrdiff_t>(y) * picture.strides[0];
    std::fill_n(line + rect.x, rect.width, luma);
  }
}

// The mean luma of the middle of a cell: its edges are mixed with the neighbours' by scaling.
int MiddleOf(const I420View& picture, PixelRect cell) {
  const int margin_x = cell.width / 4;
  const int margin_y = cell.height / 4;
  int sum = 0;
  int count = 0;
  for (int y = cell.y + margin_y; y < cell.y + cell.height - margin_y; ++y) {
    const uint8_t* line = picture.planes[0] + static_cast<ptrdiff_t>(y) * picture.strides[0];
    for (int x = cell.x + margin_x; x < cell.x + cell.width - margin_x; ++x) {
      sum += line[x];
      ++count;
    }
  }
  return count == 0 ? (kDarkest + kBrightest) / 2 : sum / count;
}

std::optional<uint16_t> ReadRow(const I420View& picture, int row) {
  uint16_t number = 0;
  for (int i = 0; i < kCells; ++i) {
    const int luma = MiddleOf(picture, Cell(CellRow(picture.size, row), i));
    if (luma > kDarkest && luma < kBrightest) return std::nullopt;
    number = static_cast<uint16_t>(number << 1 | (luma >= kBrightest ? 1 : 0));
  }
  return number;
}

}  // namespace

TestPicture::TestPicture(PixelSize size)
    : size_(size),
      bytes_(static_cast<size_t>(size.area() + 2 * ChromaSize(size).area()), uint8_t{128}) {
  std::fill_n(bytes_.begin(), size.area(), kBlack);
}

MutableI420View TestPicture::view() {
  const PixelSize chroma = ChromaSize(size_);
  uint8_t* y = bytes_.data();
  uint8_t* u = y + size_.area();
  return {size_, {y, u, u + chroma.area()}, {size_.width, chroma.width, chroma.width}};
}

I420View TestPicture::view() const {
  const PixelSize chroma = ChromaSize(size_);
  const uint8_t* y = bytes_.data();
  const uint8_t* u = y + size_.area();
  return {size_, {y, u, u + chroma.area()}, {size_.width, chroma.width, chroma.width}};
}

void DrawMovingPicture(uint16_t number, MutableI420View picture) {
  DrawGradients(number, picture);
  DrawBarcode(number, picture);
}

void DrawBarcode(uint16_t number, MutableI420View picture) {
  for (int i = 0; i < kCells; ++i) {
    const bool one = (number >> (kCells - 1 - i) & 1) != 0;
    Fill(picture, Cell(CellRow(picture.size, 0), i), one ? kWhite : kBlack);
    Fill(picture, Cell(CellRow(picture.size, 1), i), one ? kBlack : kWhite);
  }
}

std::optional<uint16_t> ReadBarcode(const I420View& picture) {
  const auto upper = ReadRow(picture, 0);
  const auto lower = ReadRow(picture, 1);
  if (!upper || !lower || *upper != static_cast<uint16_t>(~*lower)) return std::nullopt;
  return upper;
}

std::optional<uint16_t> ReadBarcode(const I420View& picture, PixelRect part) {
  return ReadBarcode(Crop(picture, part));
}

I420View Crop(const I420View& picture, PixelRect part) {
  CONTINUO_CHECK(part.x % 2 == 0 && part.y % 2 == 0 && part.x >= 0 && part.y >= 0);
  CONTINUO_CHECK(part.x + part.width <= picture.size.width);
  CONTINUO_CHECK(part.y + part.height <= picture.size.height);
  I420View cropped = picture;
  cropped.size = part.size();
  for (size_t plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    cropped.planes[plane] +=
        static_cast<ptrdiff_t>(part.y >> shift) * picture.strides[plane] + (part.x >> shift);
  }
  return cropped;
}

double PlanePsnr(const I420View& a, const I420View& b, int plane) {
  CONTINUO_CHECK(a.size == b.size);
  const auto p = static_cast<size_t>(plane);
  const PixelSize size = PlaneSize(a.size, plane);
  double squares = 0;
  for (int y = 0; y < size.height; ++y) {
    const uint8_t* line_a = a.planes[p] + static_cast<ptrdiff_t>(y) * a.strides[p];
    const uint8_t* line_b = b.planes[p] + static_cast<ptrdiff_t>(y) * b.strides[p];
    for (int x = 0; x < size.width; ++x) {
      const int difference = line_a[x] - line_b[x];
      squares += difference * difference;
    }
  }
  if (squares == 0) return 99;
  return 10 * std::log10(255.0 * 255.0 * size.area() / squares);
}

}  // namespace continuo
