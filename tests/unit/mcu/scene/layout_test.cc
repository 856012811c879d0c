// SPDX-License-Identifier: Apache-2.0
#include "mcu/scene/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mcu/scene/scene.h"

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

bool Overlap(PixelRect a, PixelRect b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

TEST(GridLayout, GivesOnePersonTheWholeCanvas) {
  EXPECT_THAT(GridLayout(1, kCanvasSize), ElementsAre(PixelRect{0, 0, 1280, 720}));
}

TEST(GridLayout, PutsTwoSideBySideInTheMiddle) {
  EXPECT_THAT(GridLayout(2, kCanvasSize),
              ElementsAre(PixelRect{0, 180, 640, 360}, PixelRect{640, 180, 640, 360}));
}

TEST(GridLayout, CentresTheLastRow) {
  EXPECT_THAT(GridLayout(3, kCanvasSize),
              ElementsAre(PixelRect{0, 0, 640, 360}, PixelRect{640, 0, 640, 360},
                          PixelRect{320, 360, 640, 360}));
  const auto five = GridLayout(5, kCanvasSize);
  ASSERT_THAT(five, SizeIs(5));
  EXPECT_EQ(five[2], (PixelRect{852, 120, 426, 240}));
  EXPECT_EQ(five[3], (PixelRect{214, 360, 426, 240}));
}

TEST(GridLayout, MakesTilesAWholePartOfTheCanvas) {
  EXPECT_EQ(GridLayout(4, kCanvasSize)[0].size(), (PixelSize{640, 360}));
  EXPECT_EQ(GridLayout(6, kCanvasSize)[0].size(), (PixelSize{426, 240}));
  EXPECT_EQ(GridLayout(9, kCanvasSize)[8], (PixelRect{852, 480, 426, 240}));
  EXPECT_EQ(GridLayout(16, kCanvasSize)[0].size(), (PixelSize{320, 180}));
  EXPECT_EQ(GridLayout(25, kCanvasSize)[24], (PixelRect{1024, 576, 256, 144}));
}

TEST(GridLayout, ShowsNoMoreThanItHasTiles) {
  EXPECT_THAT(GridLayout(0, kCanvasSize), IsEmpty());
  EXPECT_THAT(GridLayout(-3, kCanvasSize), IsEmpty());
  EXPECT_EQ(GridLayout(400, kCanvasSize), GridLayout(kMaxTiles, kCanvasSize));
}

class AnyGrid : public testing::TestWithParam<int> {};

TEST_P(AnyGrid, HasEqualEvenTilesThatDoNotOverlapAndStayInside) {
  for (const PixelSize canvas : {kCanvasSize, PixelSize{640, 360}, PixelSize{854, 482}}) {
    const auto tiles = GridLayout(GetParam(), canvas);
    ASSERT_THAT(tiles, SizeIs(GetParam()));
    for (size_t i = 0; i < tiles.size(); ++i) {
      const PixelRect t = tiles[i];
      EXPECT_EQ(t.size(), tiles[0].size());
      EXPECT_EQ((t.x | t.y | t.width | t.height) & 1, 0);
      EXPECT_GE(t.x, 0);
      EXPECT_GE(t.y, 0);
      EXPECT_LE(t.x + t.width, canvas.width);
      EXPECT_LE(t.y + t.height, canvas.height);
      for (size_t j = 0; j < i; ++j) EXPECT_FALSE(Overlap(t, tiles[j])) << i << " and " << j;
    }
    EXPECT_EQ(tiles, GridLayout(GetParam(), canvas));
  }
}

INSTANTIATE_TEST_SUITE_P(OneToTwentyFive, AnyGrid, testing::Range(1, kMaxTiles + 1));

}  // namespace
}  // namespace continuo
