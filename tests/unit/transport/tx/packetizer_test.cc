// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/packetizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/bitstream_samples.h"
#include "tests/support/hex.h"

namespace continuo {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Le;

class PacketizerTest : public testing::Test {
 protected:
  static std::vector<size_t> Sizes(const PacketizedFrameRef& frame) {
    std::vector<size_t> sizes;
    for (size_t i = 0; i < frame->packets(); ++i) sizes.push_back(frame->payload(i).size());
    return sizes;
  }
  static std::vector<uint8_t> Payload(const PacketizedFrameRef& frame, size_t packet) {
    const ByteView view = frame->payload(packet);
    return {view.begin(), view.end()};
  }
  PacketizedFrameRef Vp8(const std::vector<uint8_t>& bytes) {
    return vp8_.Packetize({.codec = VideoCodec::kVp8, .payload = bytes});
  }
  PacketizedFrameRef H264(const std::vector<uint8_t>& bytes) {
    return h264_.Packetize({.codec = VideoCodec::kH264, .payload = bytes});
  }

  PacketizedFramePool pool_;
  Packetizer vp8_{VideoCodec::kVp8, 100, pool_, 0x7fff};
  Packetizer h264_{VideoCodec::kH264, 100, pool_};
};

TEST_F(PacketizerTest, CarriesWhatTheFrameIs) {
  const auto bytes = Hex("11 22");
  const auto frame = vp8_.Packetize({.codec = VideoCodec::kVp8,
                                     .kind = FrameKind::kKey,
                                     .rtp_timestamp = 77,
                                     .capture_time = Timestamp::Millis(5),
                                     .payload = bytes});
  EXPECT_EQ(frame->codec(), VideoCodec::kVp8);
  EXPECT_EQ(frame->kind(), FrameKind::kKey);
  EXPECT_EQ(frame->rtp_timestamp(), 77u);
  EXPECT_EQ(frame->capture_time(), Timestamp::Millis(5));
}

TEST_F(PacketizerTest, Vp8PacketsAreOfEvenSize) {
  const auto frame = Vp8(std::vector<uint8_t>(200, 0x11));
  EXPECT_THAT(Sizes(frame), ElementsAre(4 + 66, 4 + 67, 4 + 67));
  EXPECT_FALSE(frame->is_last(1));
  EXPECT_TRUE(frame->is_last(2));
}

TEST_F(PacketizerTest, Vp8DescriptorHasStartBitAndPictureId) {
  const auto frame = Vp8(std::vector<uint8_t>(150, 0x11));
  const auto first = Payload(frame, 0);
  const auto second = Payload(frame, 1);
  EXPECT_THAT(std::vector(first.begin(), first.begin() + 5),
              ElementsAre(0x90, 0x80, 0xff, 0xff, 0x11));
  EXPECT_THAT(std::vector(second.begin(), second.begin() + 4), ElementsAre(0x80, 0x80, 0xff, 0xff));
  const auto next = Payload(Vp8({0x11}), 0);
  EXPECT_THAT(next, ElementsAre(0x90, 0x80, 0x80, 0x00, 0x11)) << "15 bits wrap";
}

TEST_F(PacketizerTest, SmallNalUnitsShareAPacket) {
  const auto frame = H264(Hex("00000001 67 42 c0 00000001 28 ce 000001 65 88 84"));
  ASSERT_EQ(frame->packets(), 1u);
  // NRI is the highest of the three: 3.
  EXPECT_EQ(Payload(frame, 0), Hex("78 | 0003 67 42 c0 | 0002 28 ce | 0003 65 88 84"));
}

TEST_F(PacketizerTest, AnAggregateIsAsImportantAsTheMostImportantInIt) {
  EXPECT_EQ(Payload(H264(Hex("00000001 06 01 00000001 41 9a")), 0)[0], 0x58);
  EXPECT_EQ(Payload(H264(Hex("00000001 06 01 00000001 06 02 00000001 65 88")), 0)[0], 0x78);
  EXPECT_EQ(Payload(H264(Hex("00000001 41 9a 00000001 06 01")), 0)[0], 0x58);
}

TEST_F(PacketizerTest, ALoneNalUnitGoesAsItIs) {
  EXPECT_EQ(Payload(H264(Hex("00000001 41 9a 22")), 0), Hex("41 9a 22"));
}

TEST_F(PacketizerTest, AggregationStopsAtTheLimit) {
  std::vector<uint8_t> unit;
  for (int i = 0; i < 3; ++i) {
    for (const uint8_t b : Hex("00000001 41")) unit.push_back(b);
    unit.insert(unit.end(), 46, 0x55);
  }
  // Two units of 47 are 1 + 2 + 47 + 2 + 47 = 99; the third goes alone.
  EXPECT_THAT(Sizes(H264(unit)), ElementsAre(99, 47));
}

TEST_F(PacketizerTest, LargeNalUnitsAreFragmented) {
  auto unit = Hex("00000001 65");
  unit.insert(unit.end(), 200, 0x77);
  const auto frame = H264(unit);
  ASSERT_EQ(frame->packets(), 3u);
  EXPECT_THAT(Sizes(frame), ElementsAre(2 + 66, 2 + 67, 2 + 67));
  EXPECT_EQ(Payload(frame, 0)[0], 0x7c);
  EXPECT_EQ(Payload(frame, 0)[1], 0x85);
  EXPECT_EQ(Payload(frame, 1)[1], 0x05);
  EXPECT_EQ(Payload(frame, 2)[1], 0x45);
}

TEST_F(PacketizerTest, AUnitAfterFragmentsBeginsAPacketOfItsOwn) {
  auto unit = Hex("00000001 65");
  unit.insert(unit.end(), 120, 0x77);
  for (const uint8_t b : Hex("00000001 06 01")) unit.push_back(b);
  const auto frame = H264(unit);
  ASSERT_EQ(frame->packets(), 3u);
  EXPECT_EQ(Payload(frame, 2), Hex("06 01"));
}

TEST_F(PacketizerTest, RefusesWhatItCantCut) {
  EXPECT_FALSE(Vp8({}));
  EXPECT_FALSE(H264(Hex("41 9a 22"))) << "no start code";
  const auto bytes = Hex("11 22");
  EXPECT_FALSE(h264_.Packetize({.codec = VideoCodec::kVp8, .payload = bytes}));
  EXPECT_EQ(pool_.frames_in_use(), 0u);
}

TEST_F(PacketizerTest, NoPacketIsLargerThanAllowed) {
  for (const VideoCodec codec : {VideoCodec::kVp8, VideoCodec::kH264}) {
    test::BitstreamSamples samples(codec, 5);
    Packetizer& packetizer = codec == VideoCodec::kVp8 ? vp8_ : h264_;
    for (size_t size = 10; size < 700; ++size) {
      const FrameKind kind = size % 2 ? FrameKind::kKey : FrameKind::kDelta;
      const auto bytes = samples.Next(kind, size);
      const auto frame = packetizer.Packetize({.codec = codec, .kind = kind, .payload = bytes});
      EXPECT_THAT(Sizes(frame), Each(Le(100u)));
    }
  }
}

TEST_F(PacketizerTest, FramesAreUsedAgainOnceNobodyHoldsThem) {
  auto first = Vp8(Hex("11 22"));
  const PacketizedFrameRef copy = first;
  const PacketizedFrame* where = &*first;
  first = {};
  EXPECT_EQ(pool_.frames_in_use(), 1u) << "a copy still holds it";
  {
    const auto second = Vp8(Hex("11 33"));
    EXPECT_NE(&*second, where);
    EXPECT_EQ(pool_.frames(), 2u);
  }
  const auto third = Vp8(Hex("11 44"));
  EXPECT_EQ(pool_.frames(), 2u);
  EXPECT_EQ(Payload(copy, 0).back(), 0x22) << "and what it holds stays as it was";
  EXPECT_EQ(Payload(third, 0).back(), 0x44);
}

}  // namespace
}  // namespace continuo
