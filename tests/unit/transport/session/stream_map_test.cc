// SPDX-License-Identifier: Apache-2.0
#include "transport/session/stream_map.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <vector>

namespace continuo {
namespace {

constexpr uint8_t kMidId = 4;

NegotiatedMedia BothWays() {
  NegotiatedMedia media;
  media.extensions.mid = kMidId;
  media.audio = NegotiatedAudio{.mid = "0", .payload_type = 111, .sends = true, .receives = true};
  media.video = NegotiatedVideo{
      .mid = "1", .payload_type = 96, .rtx_payload_type = 97, .sends = true, .receives = true};
  return media;
}

class StreamMapTest : public ::testing::Test {
 protected:
  std::optional<IncomingStream> Classify(uint32_t ssrc, uint8_t payload_type,
                                         std::string_view mid = {}) {
    std::vector<RtpExtension> extensions;
    if (!mid.empty()) {
      extensions.push_back(
          {kMidId, ByteView(reinterpret_cast<const uint8_t*>(mid.data()), mid.size())});
    }
    const RtpHeader header{.payload_type = payload_type, .ssrc = Ssrc(ssrc)};
    const size_t size = WriteRtpHeader(header, extensions, bytes_);
    return map_.Classify(*ParseRtp(ByteView(bytes_).first(size)), now_);
  }

  NegotiatedMedia media_ = BothWays();
  StreamMap map_{media_};
  Timestamp now_ = Timestamp::Millis(5000);
  std::array<uint8_t, 100> bytes_{};
};

TEST_F(StreamMapTest, KnowsStreamsByTheirPayloadType) {
  EXPECT_EQ(Classify(1, 111), IncomingStream::kAudio);
  EXPECT_EQ(Classify(2, 96), IncomingStream::kVideo);
  EXPECT_EQ(Classify(3, 97), IncomingStream::kVideoRtx);
  EXPECT_EQ(Classify(4, 98), std::nullopt);
  EXPECT_EQ(map_.SsrcOf(IncomingStream::kVideo), Ssrc(2));
}

TEST_F(StreamMapTest, AMidThatContradictsThePayloadTypeIsNotBelieved) {
  EXPECT_EQ(Classify(1, 111, "1"), std::nullopt);
  EXPECT_EQ(Classify(1, 111, "0"), IncomingStream::kAudio);
}

TEST_F(StreamMapTest, AnAnnouncedSsrcIsKnownBeforeItsFirstPacket) {
  media_.video->remote_ssrc = Ssrc(77);
  StreamMap map(media_);
  EXPECT_EQ(map.Find(Ssrc(77)), IncomingStream::kVideo);
}

TEST_F(StreamMapTest, TwoSourcesAreNeverMixedIntoOneStream) {
  EXPECT_EQ(Classify(1, 111), IncomingStream::kAudio);
  EXPECT_EQ(Classify(2, 111), std::nullopt);
  now_ += TimeDelta::Millis(999);
  EXPECT_EQ(Classify(2, 111), std::nullopt);
}

TEST_F(StreamMapTest, ANewSourceTakesOverFromOneThatFellSilent) {
  EXPECT_EQ(Classify(1, 111), IncomingStream::kAudio);
  now_ += TimeDelta::Seconds(1);
  EXPECT_EQ(Classify(2, 111), IncomingStream::kAudio);
  EXPECT_EQ(Classify(1, 111), std::nullopt) << "the old one is the stranger now";
}

TEST_F(StreamMapTest, AByeLetsTheNextSourceInAtOnce) {
  EXPECT_EQ(Classify(1, 96), IncomingStream::kVideo);
  map_.OnBye(Ssrc(1));
  EXPECT_EQ(Classify(2, 96), IncomingStream::kVideo);
}

TEST_F(StreamMapTest, NothingIsHeardOfWhoWasNotToSend) {
  media_.audio->receives = false;
  media_.video->receives = false;
  EXPECT_EQ(Classify(1, 111), std::nullopt);
  EXPECT_EQ(Classify(2, 96), std::nullopt);
}

}  // namespace
}  // namespace continuo
