// SPDX-License-Identifier: Apache-2.0
#include "codecs/ffmpeg/limited_range.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "tests/support/test_picture.h"

namespace continuo {
namespace {

struct Sample {
  uint8_t luma;
  uint8_t chroma;
};

Sample Convert(uint8_t luma, uint8_t chroma) {
  TestPicture full({3, 3});  // odd: the last chroma sample belongs to one pixel alone
  const MutableI420View from = full.view();
  from.planes[0][8] = luma;
  from.planes[2][3] = chroma;
  TestPicture limited({3, 3});
  ToLimitedRange(full.view(), limited.view());
  return {limited.view().planes[0][8], limited.view().planes[2][3]};
}

TEST(LimitedRangeTest, BlackWhiteAndGreyLandWhereTheStandardPutsThem) {
  EXPECT_EQ(Convert(0, 128).luma, 16);
  EXPECT_EQ(Convert(255, 128).luma, 235);
  EXPECT_EQ(Convert(128, 128).luma, 126);  // 16 + 219 * 128 / 255
  EXPECT_EQ(Convert(0, 0).chroma, 16);     // 128 - 224 * 128 / 255
  EXPECT_EQ(Convert(0, 128).chroma, 128);
  EXPECT_EQ(Convert(0, 255).chroma, 240);  // 128 + 224 * 127 / 255
}

}  // namespace
}  // namespace continuo
