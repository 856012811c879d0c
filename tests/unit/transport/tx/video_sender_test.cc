// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/video_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "transport/tx/packetizer.h"
#include "transport/wire/rtp_extensions.h"
#include "transport/wire/rtp_header.h"

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint8_t kTransportSequence = 5;
constexpr uint8_t kMid = 4;

class VideoSenderTest : public testing::Test, public PacketSink {
 protected:
  struct Sent {
    RtpHeader header;
    std::optional<uint16_t> transport_sequence;
    bool has_mid;
    std::vector<uint8_t> payload;
    const uint8_t* where;
  };

  static VideoSenderConfig Config(bool rtx) {
    VideoSenderConfig config{.media = {.ssrc = Ssrc(1),
                                       .payload_type = 96,
                                       .first_sequence = 65'534,
                                       .timestamp_offset = 1000,
                                       .transport_sequence_extension = kTransportSequence,
                                       .mid_extension = kMid,
                                       .mid = "v"},
                             .rate = DataRate::KilobitsPerSec(1200)};
    if (rtx) {
      config.rtx = config.media;
      config.rtx->ssrc = Ssrc(2);
      config.rtx->payload_type = 97;
      config.rtx->first_sequence = 7;
    }
    return config;
  }

  void SendRtp(ByteView header, ByteView payload, Timestamp) override {
    const auto packet = ParseRtp(header);
    ASSERT_TRUE(packet);
    const auto extension = packet->Extension(kTransportSequence);
    sent_.push_back({*packet, extension ? ParseTransportSequence(*extension) : std::nullopt,
                     packet->Extension(kMid).has_value(),
                     std::vector<uint8_t>(payload.begin(), payload.end()), payload.data()});
  }

  PacketizedFrameRef Frame(FrameKind kind, size_t packets = 1) {
    const std::vector<uint8_t> bytes(packets * 1096, 0x11);
    timestamp_ += 3600;
    return packetizer_.Packetize(
        {.kind = kind, .rtp_timestamp = timestamp_, .capture_time = now_, .payload = bytes});
  }
  void Send(const PacketizedFrameRef& frame, VideoSender& sender) {
    sender.SendFrame(frame, now_);
    Wait(40, sender);
  }
  void Send(const PacketizedFrameRef& frame) { Send(frame, sender_); }
  void Wait(int64_t ms, VideoSender& sender) {
    const Timestamp end = now_ + TimeDelta::Millis(ms);
    while (sender.NextDeadline() <= end) {
      now_ = std::max(now_, sender.NextDeadline());
      sender.OnTimer(now_);
    }
    now_ = end;
  }
  void Nack(std::vector<uint16_t> sequences) {
    sender_.OnNack(sequences, now_);
    Wait(5, sender_);
  }
  std::vector<int> Sequences() const {
    std::vector<int> out;
    for (const Sent& s : sent_) out.push_back(s.header.sequence_number);
    return out;
  }

  Timestamp now_ = Timestamp::Millis(500'000);
  uint32_t timestamp_ = 0;
  PacketizedFramePool pool_;
  Packetizer packetizer_{VideoCodec::kVp8, kMaxPayloadSize, pool_};
  TransportSequence transport_sequence_;
  TxProbe probe_;
  VideoSender sender_{Config(true), transport_sequence_, *this, probe_};
  std::vector<Sent> sent_;
};

TEST_F(VideoSenderTest, BeginsWithAKeyFrame) {
  EXPECT_TRUE(sender_.WantsKeyFrame());
  Send(Frame(FrameKind::kDelta));
  EXPECT_THAT(sent_, IsEmpty());
  EXPECT_TRUE(sender_.WantsKeyFrame());
  Send(Frame(FrameKind::kKey));
  EXPECT_FALSE(sender_.WantsKeyFrame());
  Send(Frame(FrameKind::kDelta));
  EXPECT_THAT(sent_, SizeIs(2));
  EXPECT_EQ(probe_.frames_withheld.value(), 1u);
}

TEST_F(VideoSenderTest, WritesItsOwnHeaderBeforeTheSharedPayload) {
  const auto frame = Frame(FrameKind::kKey, 3);
  Send(frame);
  ASSERT_THAT(sent_, SizeIs(3));
  EXPECT_THAT(Sequences(), ElementsAre(65'534, 65'535, 0));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sent_[i].header.ssrc, Ssrc(1));
    EXPECT_EQ(sent_[i].header.payload_type, 96);
    EXPECT_EQ(sent_[i].header.timestamp, frame->rtp_timestamp() + 1000);
    EXPECT_EQ(sent_[i].header.marker, i == 2);
    EXPECT_EQ(sent_[i].transport_sequence, i);
    EXPECT_EQ(sent_[i].where, frame->payload(i).data()) << "not copied";
  }
}

TEST_F(VideoSenderTest, MidGoesWithTheFirstPacketsOnly) {
  Send(Frame(FrameKind::kKey));
  EXPECT_TRUE(sent_.back().has_mid);
  for (int i = 0; i < 110; ++i) Send(Frame(FrameKind::kDelta));
  EXPECT_FALSE(sent_.back().has_mid);
}

TEST_F(VideoSenderTest, AnswersANackByRtx) {
  const auto frame = Frame(FrameKind::kKey, 2);
  Send(frame);
  sent_.clear();
  Nack({65'535});
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0].header.ssrc, Ssrc(2));
  EXPECT_EQ(sent_[0].header.payload_type, 97);
  EXPECT_EQ(sent_[0].header.sequence_number, 7);
  EXPECT_EQ(sent_[0].header.timestamp, frame->rtp_timestamp() + 1000);
  EXPECT_TRUE(sent_[0].header.marker);
  const auto original = frame->payload(1);
  std::vector<uint8_t> expected{0xff, 0xff};
  expected.insert(expected.end(), original.begin(), original.end());
  EXPECT_EQ(sent_[0].payload, expected);
}

TEST_F(VideoSenderTest, WithoutRtxThePacketIsSentAsItWas) {
  VideoSender sender(Config(false), transport_sequence_, *this, probe_);
  Send(Frame(FrameKind::kKey, 2), sender);
  const Sent original = sent_[1];
  sent_.clear();
  sender.OnNack(std::vector<uint16_t>{65'535}, now_);
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0].header, original.header);
  EXPECT_EQ(sent_[0].payload, original.payload);
  EXPECT_NE(sent_[0].transport_sequence, original.transport_sequence);
}

TEST_F(VideoSenderTest, OneCopyPerRoundTrip) {
  sender_.SetRoundTripTime(TimeDelta::Millis(200));
  Send(Frame(FrameKind::kKey));
  sent_.clear();
  Nack({65'534});
  Nack({65'534});
  EXPECT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(probe_.nacks_too_soon.value(), 1u);
  Wait(200, sender_);
  Nack({65'534});
  EXPECT_THAT(sent_, SizeIs(2));
}

TEST_F(VideoSenderTest, WhatWasNeverSentOrIsTooOldIsNotThere) {
  Send(Frame(FrameKind::kKey));
  for (int i = 0; i < 520; ++i) Send(Frame(FrameKind::kDelta));
  sent_.clear();
  Nack({65'534, 40'000});
  EXPECT_THAT(sent_, IsEmpty());
  EXPECT_EQ(probe_.nacks_too_old.value(), 2u);
}

TEST_F(VideoSenderTest, APeerThatAsksForEverythingGetsAThird) {
  sender_.SetRoundTripTime(TimeDelta::Millis(10));
  Send(Frame(FrameKind::kKey));
  uint16_t sequence = 65'534;
  for (int i = 0; i < 500; ++i) {
    Send(Frame(FrameKind::kDelta));
    ++sequence;
    for (int again = 0; again < 3; ++again) {
      Nack({sequence});
      Wait(10, sender_);
    }
  }
  EXPECT_LT(probe_.retransmissions.value(), 500u / 3 + 30);
  EXPECT_GT(probe_.retransmissions.value(), 500u / 4);
  EXPECT_GT(probe_.nacks_over_budget.value(), 1000u);
}

TEST_F(VideoSenderTest, KeyFramesCanBeRepairedWhenDeltasNoLonger) {
  sender_.SetRoundTripTime(TimeDelta::Millis(10));
  Send(Frame(FrameKind::kKey));
  Send(Frame(FrameKind::kDelta));
  while (probe_.nacks_over_budget.value() == 0) {
    Nack({65'535});
    Wait(10, sender_);
  }
  sent_.clear();
  Nack({65'534});
  EXPECT_THAT(sent_, SizeIs(1));
}

TEST_F(VideoSenderTest, AKeyFrameRequestIsToldUntilServed) {
  Send(Frame(FrameKind::kKey));
  sender_.OnKeyFrameRequest();
  EXPECT_TRUE(sender_.WantsKeyFrame());
  Send(Frame(FrameKind::kDelta));
  EXPECT_THAT(sent_, SizeIs(2)) << "pictures go on meanwhile";
  EXPECT_TRUE(sender_.WantsKeyFrame());
  Send(Frame(FrameKind::kKey));
  EXPECT_FALSE(sender_.WantsKeyFrame());
}

TEST_F(VideoSenderTest, AnotherRenditionBeginsWithItsKeyFrame) {
  Send(Frame(FrameKind::kKey));
  sender_.SwitchRendition(DataRate::KilobitsPerSec(400));
  Send(Frame(FrameKind::kDelta));
  EXPECT_THAT(sent_, SizeIs(1));
  Send(Frame(FrameKind::kKey));
  EXPECT_THAT(Sequences(), ElementsAre(65'534, 65'535));
}

TEST_F(VideoSenderTest, AnOverrunDropsAndWaitsForAKeyFrame) {
  sender_.SendFrame(Frame(FrameKind::kKey, 300), now_);
  sender_.SendFrame(Frame(FrameKind::kDelta, 150), now_);
  sender_.SendFrame(Frame(FrameKind::kDelta, 150), now_);
  EXPECT_TRUE(sender_.WantsKeyFrame());
  EXPECT_EQ(probe_.frames_dropped.value(), 2u);
  sender_.SendFrame(Frame(FrameKind::kDelta, 1), now_);
  Wait(2000, sender_);
  EXPECT_THAT(sent_, SizeIs(300)) << "what had begun was finished";
  EXPECT_TRUE(sent_.back().header.marker);
  Send(Frame(FrameKind::kKey));
  EXPECT_THAT(sent_, SizeIs(301));
}

TEST_F(VideoSenderTest, ReportsWhereItsClockIs) {
  EXPECT_FALSE(sender_.Report(now_));
  const auto frame = Frame(FrameKind::kKey, 2);
  const Timestamp captured = now_;
  Send(frame);
  const auto report = *sender_.Report(captured + TimeDelta::Millis(500));
  EXPECT_EQ(report.ssrc, Ssrc(1));
  EXPECT_EQ(report.rtp_timestamp, frame->rtp_timestamp() + 1000 + 45'000);
  EXPECT_EQ(report.ntp, NtpTime::FromTimestamp(captured + TimeDelta::Millis(500)));
  EXPECT_EQ(report.packet_count, 2u);
  EXPECT_EQ(report.octet_count, frame->total_bytes());
}

TEST_F(VideoSenderTest, AnotherCodecIsRefused) {
  Packetizer h264(VideoCodec::kH264, kMaxPayloadSize, pool_);
  const std::vector<uint8_t> unit{0, 0, 0, 1, 0x65, 0x88};
  Send(h264.Packetize({.codec = VideoCodec::kH264, .kind = FrameKind::kKey, .payload = unit}));
  EXPECT_THAT(sent_, IsEmpty());
}

}  // namespace
}  // namespace continuo
