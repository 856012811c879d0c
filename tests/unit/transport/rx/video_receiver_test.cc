// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/video_receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/hex.h"

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint8_t kVp8 = 96;
constexpr uint8_t kVp8Rtx = 97;

class VideoReceiverTest : public testing::Test, public VideoReceiverObserver {
 protected:
  static VideoReceiverConfig Config(bool nack) {
    VideoReceiverConfig config{.nack = nack};
    config.formats[0] = {.payload_type = kVp8, .rtx_payload_type = kVp8Rtx};
    return config;
  }
  static RtpPacket Packet(uint16_t sequence, ByteView payload, uint8_t payload_type) {
    RtpPacket packet;
    packet.sequence_number = sequence;
    packet.timestamp = sequence * 3000u;
    packet.marker = true;
    packet.payload_type = payload_type;
    packet.payload = payload;
    return packet;
  }

  // Each frame is one packet here.
  void Key(uint16_t sequence) { Arrive(sequence, Hex("10 | 10 02 00 9d 01 2a 40 01 b4 00")); }
  void Delta(uint16_t sequence) { Arrive(sequence, Hex("10 | 11 02 00")); }
  void Arrive(uint16_t sequence, const std::vector<uint8_t>& payload) {
    receiver_.OnRtp(Packet(sequence, payload, kVp8), now_);
  }
  void Rtx(uint16_t original, std::string_view payload) {
    auto bytes = Hex(payload);
    bytes.insert(bytes.begin(),
                 {static_cast<uint8_t>(original >> 8), static_cast<uint8_t>(original)});
    RtpPacket packet = Packet(7, bytes, kVp8Rtx);
    packet.timestamp = original * 3000u;
    receiver_.OnRtx(packet, now_);
  }
  void Wait(int64_t ms) {
    const Timestamp end = now_ + TimeDelta::Millis(ms);
    while (receiver_.NextDeadline() <= end) {
      now_ = std::max(now_, receiver_.NextDeadline());
      receiver_.OnTimer(now_);
    }
    now_ = end;
  }

  void OnFrame(const EncodedFrame& frame) override {
    shown_.push_back(static_cast<int>(frame.rtp_timestamp / 3000));
  }
  void SendNack(std::span<const uint16_t> sequences) override {
    nacked_.insert(nacked_.end(), sequences.begin(), sequences.end());
  }
  void SendPli() override { ++plis_; }

  ReceiveArena arena_{1024};
  RxProbe probe_;
  VideoReceiver receiver_{Config(true), arena_, probe_, *this};
  Timestamp now_ = Timestamp::Millis(60'000);
  std::vector<int> shown_;
  std::vector<int> nacked_;
  int plis_ = 0;
};

TEST_F(VideoReceiverTest, FillsAHoleByRtx) {
  Key(10);
  Delta(12);
  Wait(20);
  EXPECT_THAT(nacked_, ElementsAre(11));
  Rtx(11, "10 | 11 02 00");
  EXPECT_THAT(shown_, ElementsAre(10, 11, 12));
  EXPECT_EQ(probe_.recovered.value(), 1u);
  Wait(3000);
  EXPECT_THAT(nacked_, ElementsAre(11));
  EXPECT_EQ(plis_, 0);
}

TEST_F(VideoReceiverTest, GivesUpAndAsksForAKeyFrame) {
  Key(10);
  Delta(12);
  Wait(1100);
  EXPECT_EQ(plis_, 1);
  EXPECT_EQ(probe_.lost.value(), 1u);
  Delta(13);
  EXPECT_THAT(shown_, ElementsAre(10));
  Key(14);
  Delta(15);
  EXPECT_THAT(shown_, ElementsAre(10, 14, 15));
  Wait(5000);
  EXPECT_EQ(plis_, 1);
}

TEST_F(VideoReceiverTest, HolesInPicturesThatNobodyCanDecodeAreNotAskedFor) {
  Key(10);
  Delta(12);
  Wait(700);
  Delta(14);
  Wait(250);
  EXPECT_EQ(std::count(nacked_.begin(), nacked_.end(), 13), 2);
  Wait(400);  // 11 is given up, and 13 with it
  EXPECT_EQ(probe_.lost.value(), 2u);
  nacked_.clear();
  Wait(1000);
  EXPECT_THAT(nacked_, IsEmpty());
}

TEST_F(VideoReceiverTest, HolesBeforeAKeyFrameThatIsShownAreNotAskedFor) {
  Delta(10);
  Delta(12);
  Key(13);
  EXPECT_THAT(shown_, ElementsAre(13));
  Wait(1000);
  EXPECT_THAT(nacked_, IsEmpty());
}

TEST_F(VideoReceiverTest, RepeatsThePliUntilTheKeyFrameComes) {
  Delta(10);
  EXPECT_EQ(plis_, 1) << "joined in the middle";
  for (uint16_t s = 11; s < 61; ++s) {
    Wait(20);
    Delta(s);
  }
  EXPECT_EQ(plis_, 4);  // in a second: at most one each 300 ms
  Key(61);
  Wait(1000);
  EXPECT_EQ(plis_, 4);
}

TEST_F(VideoReceiverTest, AskedForKeyFramesAreAskedForUntilOneIsHere) {
  Key(10);
  receiver_.RequestKeyFrame(now_);
  receiver_.RequestKeyFrame(now_);
  EXPECT_EQ(plis_, 1);
  Delta(11);
  Wait(310);
  EXPECT_EQ(plis_, 2);
  EXPECT_THAT(shown_, ElementsAre(10, 11)) << "pictures go on meanwhile";
  Key(12);
  Delta(13);
  Wait(5000);
  EXPECT_EQ(plis_, 2);
}

TEST_F(VideoReceiverTest, WithoutNackALossIsAPliAtOnce) {
  VideoReceiver receiver(Config(false), arena_, probe_, *this);
  const auto key = Hex("10 | 10 02 00 9d 01 2a 40 01 b4 00");
  const auto delta = Hex("10 | 11 02 00");
  receiver.OnRtp(Packet(10, key, kVp8), now_);
  receiver.OnRtp(Packet(12, delta, kVp8), now_);
  receiver.OnTimer(now_ + TimeDelta::Millis(10));
  EXPECT_THAT(nacked_, IsEmpty());
  EXPECT_EQ(plis_, 1);
}

TEST_F(VideoReceiverTest, ASenderThatStartsAgainIsFollowed) {
  Key(10);
  Delta(11);
  Delta(40'000);
  EXPECT_EQ(probe_.suspect_sequences.value(), 1u);
  Delta(40'001);
  Key(40'002);
  EXPECT_THAT(shown_, ElementsAre(10, 11, 40'002));
  Wait(3000);
  EXPECT_THAT(nacked_, IsEmpty());
}

TEST_F(VideoReceiverTest, HostileRtxIsCountedAndDropped) {
  Rtx(11, "10 | 11 02 00");  // before the stream
  Key(10);
  const std::vector<uint8_t> one_byte{0};
  receiver_.OnRtx(Packet(7, one_byte, kVp8Rtx), now_);
  receiver_.OnRtx(Packet(7, {}, kVp8Rtx), now_);  // padding: a probe
  receiver_.OnRtx(Packet(7, one_byte, 55), now_);
  Rtx(20'000, "10 | 11 02 00");  // never sent
  Rtx(10, "10 | 11 02 00");      // already here
  Delta(11);
  EXPECT_THAT(shown_, ElementsAre(10, 11));
  EXPECT_EQ(probe_.malformed.value(), 2u);
  EXPECT_EQ(probe_.suspect_sequences.value(), 1u);
  EXPECT_EQ(probe_.duplicates.value(), 1u);
}

TEST_F(VideoReceiverTest, OtherPayloadTypesAreMalformed) {
  receiver_.OnRtp(Packet(10, Hex("10 11 02 00"), 100), now_);
  EXPECT_EQ(probe_.malformed.value(), 1u);
  EXPECT_FALSE(receiver_.TakeReport(Ssrc(1), now_));
}

TEST_F(VideoReceiverTest, NothingIsDueWhileAllIsWell) {
  EXPECT_TRUE(receiver_.NextDeadline().IsInfinite());
  Key(10);
  Delta(11);
  EXPECT_TRUE(receiver_.NextDeadline().IsInfinite());
}

TEST_F(VideoReceiverTest, ABurstTooLargeToRepairIsAPliNotANackStorm) {
  Key(10);
  Delta(500);
  Wait(20);
  EXPECT_THAT(nacked_, IsEmpty());
  EXPECT_EQ(plis_, 1);
}

}  // namespace
}  // namespace continuo
