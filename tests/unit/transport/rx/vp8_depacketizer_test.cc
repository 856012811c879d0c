// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/vp8_depacketizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace continuo {
namespace {

using testing::ElementsAre;

constexpr std::string_view kKeyFrame = "10 02 00 9d 01 2a 40 01 b4 00 aa";

TEST(Vp8Depacketizer, ReadsTheShortestDescriptor) {
  const auto bytes = Hex("10 | 11 22 33");
  const auto payload = ParseVp8Payload(bytes);
  ASSERT_TRUE(payload);
  EXPECT_TRUE(payload->starts_frame);
  EXPECT_EQ(payload->kind, FrameKind::kDelta);
  EXPECT_FALSE(payload->picture_id);
  EXPECT_THAT(payload->data, ElementsAre(0x11, 0x22, 0x33));
}

TEST(Vp8Depacketizer, TellsAKeyFrameByItsFirstPacket) {
  const auto bytes = Hex("90 80 81 23 |" + std::string(kKeyFrame));
  const auto payload = ParseVp8Payload(bytes);
  ASSERT_TRUE(payload);
  EXPECT_TRUE(payload->starts_frame);
  EXPECT_EQ(payload->kind, FrameKind::kKey);
  EXPECT_EQ(payload->picture_id, 0x123);
  EXPECT_EQ(payload->data.size(), 11u);
}

TEST(Vp8Depacketizer, ReadsShortPictureIdAndAllOtherExtensions) {
  const auto bytes = Hex("90 f0 23 07 25 | 31 32");
  const auto payload = ParseVp8Payload(bytes);
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->picture_id, 0x23);
  EXPECT_THAT(payload->data, ElementsAre(0x31, 0x32));
}

TEST(Vp8Depacketizer, ALaterPartitionDoesNotStartTheFrame) {
  const auto later_partition = Hex("11 | 10 22");
  EXPECT_FALSE(ParseVp8Payload(later_partition)->starts_frame);
  const auto continuation = Hex("00 | 10 22");
  EXPECT_FALSE(ParseVp8Payload(continuation)->starts_frame);
}

TEST(Vp8Depacketizer, RefusesWhatIsTruncated) {
  const auto whole = Hex("90 f0 81 23 07 25 | 31");
  ASSERT_TRUE(ParseVp8Payload(whole));
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseVp8Payload(ByteView(whole).first(size))) << size;
  }
}

TEST(Vp8Depacketizer, RefusesAKeyFrameWithoutStartCode) {
  EXPECT_FALSE(ParseVp8Payload(Hex("10 | 10 02 00 9d 01 2b 40 01 b4 00 aa")));
  EXPECT_FALSE(ParseVp8Payload(Hex("10 | 10 02 00 9d 01")));
}

}  // namespace
}  // namespace continuo
