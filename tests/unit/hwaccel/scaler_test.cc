// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/cpu/scaler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hwaccel/picture_buffer.h"

namespace continuo {
namespace {

// value(plane, x, y) for every sample.
template <typename Value>
void Paint(const MutableI420View& picture, Value value) {
  for (size_t plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    for (int y = 0; y < (picture.size.height + shift) >> shift; ++y) {
      for (int x = 0; x < (picture.size.width + shift) >> shift; ++x) {
        picture.planes[plane][y * picture.strides[plane] + x] =
            static_cast<uint8_t>(value(static_cast<int>(plane), x, y));
      }
    }
  }
}

struct Range {
  int least = 255;
  int most = 0;
};

Range RangeOf(const I420View& picture, size_t plane) {
  Range range;
  const int shift = plane == 0 ? 0 : 1;
  for (int y = 0; y < (picture.size.height + shift) >> shift; ++y) {
    const uint8_t* row = picture.planes[plane] + y * picture.strides[plane];
    const int width = (picture.size.width + shift) >> shift;
    range.least = std::min<int>(range.least, *std::min_element(row, row + width));
    range.most = std::max<int>(range.most, *std::max_element(row, row + width));
  }
  return range;
}

struct Sizes {
  PixelSize from, to;
};

class AnyScale : public testing::TestWithParam<Sizes> {};

TEST_P(AnyScale, KeepsAFlatColourFlat) {
  PictureBuffer from(GetParam().from), to(GetParam().to);
  Paint(from.view(), [](int plane, int, int) { return 40 + 60 * plane; });
  Paint(to.view(), [](int, int, int) { return 0; });
  Scaler().Scale(from.view(), to.view());
  for (size_t plane = 0; plane < 3; ++plane) {
    const Range range = RangeOf(to.view(), plane);
    EXPECT_EQ(range.least, 40 + 60 * static_cast<int>(plane));
    EXPECT_EQ(range.most, 40 + 60 * static_cast<int>(plane));
  }
}

TEST_P(AnyScale, KeepsThingsWhereTheyAre) {
  PictureBuffer from(GetParam().from), to(GetParam().to);
  const auto ramp = [](PixelSize size) {
    return [size](int plane, int x, int y) {
      const int shift = plane == 0 ? 0 : 1;
      return 20 + 100 * x / (size.width >> shift) + 100 * y / (size.height >> shift);
    };
  };
  Paint(from.view(), ramp(GetParam().from));
  Scaler().Scale(from.view(), to.view());
  const auto expected = ramp(GetParam().to);
  for (size_t plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    int worst = 0;
    for (int y = 0; y < GetParam().to.height >> shift; ++y) {
      for (int x = 0; x < GetParam().to.width >> shift; ++x) {
        worst = std::max(worst, std::abs(to.view().planes[plane][y * to.view().strides[plane] + x] -
                                         expected(static_cast<int>(plane), x, y)));
      }
    }
    EXPECT_LE(worst, 3) << "plane " << plane;
  }
}

INSTANTIATE_TEST_SUITE_P(
    CamerasAndTiles, AnyScale,
    testing::Values(Sizes{{640, 480}, {320, 240}}, Sizes{{1280, 720}, {320, 180}},
                    Sizes{{640, 360}, {426, 240}}, Sizes{{1280, 720}, {426, 240}},
                    Sizes{{1920, 1080}, {256, 144}}, Sizes{{320, 180}, {1280, 720}},
                    Sizes{{853, 479}, {426, 240}}, Sizes{{1279, 719}, {320, 180}},
                    Sizes{{640, 480}, {640, 480}}, Sizes{{2000, 480}, {426, 240}}));

TEST(Scaler, TurnsFineStripesIntoGreyNotIntoCoarseStripes) {
  // Stripes one pixel wide: whoever reads two of three or more columns finds beats in them.
  for (const PixelSize to : {PixelSize{426, 240}, PixelSize{256, 144}, PixelSize{320, 180}}) {
    PictureBuffer from({1280, 720}), tile(to);
    Paint(from.view(), [](int, int x, int) { return x % 2 == 0 ? 16 : 235; });
    Scaler().Scale(from.view(), tile.view());
    const Range luma = RangeOf(tile.view(), 0);
    EXPECT_GE(luma.least, 120) << to.width;
    EXPECT_LE(luma.most, 132) << to.width;
  }
}

TEST(Scaler, TakesTheOddestSizes) {
  Scaler scaler;
  for (const PixelSize from : {PixelSize{1, 1}, PixelSize{2, 2}, PixelSize{3, 5},
                               PixelSize{4096, 2}, PixelSize{2, 4096}, PixelSize{17, 4001}}) {
    for (const PixelSize to : {PixelSize{2, 2}, PixelSize{2, 240}, PixelSize{426, 2}}) {
      PictureBuffer source(from), target(to);
      Paint(source.view(), [](int, int, int) { return 77; });
      scaler.Scale(source.view(), target.view());
      EXPECT_EQ(RangeOf(target.view(), 0).least, 77) << from.width << 'x' << from.height;
    }
  }
}

}  // namespace
}  // namespace continuo
