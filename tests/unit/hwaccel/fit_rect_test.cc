// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/fit_rect.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(FitRect, FillsATileOfTheSameShape) {
  EXPECT_EQ(FitRect({1280, 720}, {0, 0, 640, 360}), (PixelRect{0, 0, 640, 360}));
  EXPECT_EQ(FitRect({320, 180}, {640, 360, 640, 360}), (PixelRect{640, 360, 640, 360}));
}

TEST(FitRect, LeavesNoHairlineBars) {
  EXPECT_EQ(FitRect({1280, 720}, {426, 240, 426, 240}), (PixelRect{426, 240, 426, 240}));
  EXPECT_EQ(FitRect({640, 360}, {0, 0, 426, 240}), (PixelRect{0, 0, 426, 240}));
}

TEST(FitRect, PutsBarsBesideANarrowerPicture) {
  EXPECT_EQ(FitRect({640, 480}, {0, 0, 426, 240}), (PixelRect{52, 0, 320, 240}));
  EXPECT_EQ(FitRect({640, 480}, {0, 0, 1280, 720}), (PixelRect{160, 0, 960, 720}));
  // A telephone held upright.
  EXPECT_EQ(FitRect({720, 1280}, {0, 0, 640, 360}), (PixelRect{218, 0, 202, 360}));
}

TEST(FitRect, PutsBarsAboveAndBelowAWiderPicture) {
  EXPECT_EQ(FitRect({1920, 800}, {0, 0, 640, 360}), (PixelRect{0, 46, 640, 266}));
}

TEST(FitRect, StaysEvenAndInsideForAnyShape) {
  const PixelRect tile{426, 240, 426, 240};
  for (const PixelSize picture : {PixelSize{1, 1}, PixelSize{2, 16384}, PixelSize{16384, 2},
                                  PixelSize{853, 479}, PixelSize{3, 7}, PixelSize{65535, 65535}}) {
    const PixelRect fit = FitRect(picture, tile);
    EXPECT_EQ((fit.x | fit.y | fit.width | fit.height) & 1, 0);
    EXPECT_GE(fit.width, 2);
    EXPECT_GE(fit.height, 2);
    EXPECT_GE(fit.x, tile.x);
    EXPECT_GE(fit.y, tile.y);
    EXPECT_LE(fit.x + fit.width, tile.x + tile.width);
    EXPECT_LE(fit.y + fit.height, tile.y + tile.height);
  }
}

TEST(FitRect, FindsNoPlaceForNothing) {
  EXPECT_TRUE(FitRect({0, 480}, {0, 0, 426, 240}).empty());
  EXPECT_TRUE(FitRect({640, -1}, {0, 0, 426, 240}).empty());
}

}  // namespace
}  // namespace continuo
