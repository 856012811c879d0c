// SPDX-License-Identifier: Apache-2.0
#include "media/vp8_header.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace continuo {
namespace {

// A key frame of 640x360, shown, version 0, with a first partition of `first` bytes and no more.
std::vector<uint8_t> KeyFrame(uint32_t first) {
  const uint32_t tag = first << 5 | 1u << 4;
  std::vector<uint8_t> bytes{static_cast<uint8_t>(tag),
                             static_cast<uint8_t>(tag >> 8),
                             static_cast<uint8_t>(tag >> 16),
                             0x9d,
                             0x01,
                             0x2a,
                             0x80,
                             0x02,
                             0x68,
                             0x01};
  bytes.resize(bytes.size() + first, 0x55);
  return bytes;
}

TEST(Vp8HeaderTest, ReadsAKeyFrame) {
  const auto header = ParseVp8Header(KeyFrame(100));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->kind, FrameKind::kKey);
  EXPECT_EQ(header->version, 0);
  EXPECT_TRUE(header->shown);
  EXPECT_EQ(header->first_partition_size, 100u);
  EXPECT_EQ(header->size, (PixelSize{640, 360}));
}

TEST(Vp8HeaderTest, ScalingBitsAreNotPartOfTheSize) {
  auto bytes = KeyFrame(1);
  bytes[7] |= 0x40;
  bytes[9] |= 0xc0;
  EXPECT_EQ(ParseVp8Header(bytes)->size, (PixelSize{640, 360}));
}

TEST(Vp8HeaderTest, ReadsADeltaFrameThatIsNotShown) {
  // Not a key frame, version 3, not shown, first partition of 2 bytes.
  const std::vector<uint8_t> bytes{1 | 3 << 1 | 2 << 5, 0, 0, 7, 7};
  const auto header = ParseVp8Header(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->kind, FrameKind::kDelta);
  EXPECT_EQ(header->version, 3);
  EXPECT_FALSE(header->shown);
  EXPECT_EQ(header->size, PixelSize{});
}

TEST(Vp8HeaderTest, EveryTruncationIsMalformed) {
  const auto whole = KeyFrame(20);
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto header = ParseVp8Header(ByteView(whole).first(size));
    ASSERT_FALSE(header) << size;
    EXPECT_EQ(header.error().code, ErrorCode::kMalformed);
  }
}

TEST(Vp8HeaderTest, BadStartCodeVersionOrSizeIsMalformed) {
  auto no_start_code = KeyFrame(4);
  no_start_code[4] = 2;
  EXPECT_FALSE(ParseVp8Header(no_start_code));
  auto bad_version = KeyFrame(4);
  bad_version[0] |= 4 << 1;
  EXPECT_FALSE(ParseVp8Header(bad_version));
  auto no_height = KeyFrame(4);
  no_height[8] = no_height[9] = 0;
  EXPECT_FALSE(ParseVp8Header(no_height));
}

}  // namespace
}  // namespace continuo
