// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "tests/support/bitstream_samples.h"
#include "tests/support/simulated_network.h"
#include "transport/rx/audio_receiver.h"
#include "transport/rx/video_receiver.h"
#include "transport/tx/audio_sender.h"
#include "transport/tx/packetizer.h"
#include "transport/tx/video_sender.h"
#include "transport/wire/rtcp_writer.h"

namespace continuo::test {
namespace {

constexpr Ssrc kSound{1};
constexpr Ssrc kPicture{2};

// One endpoint that hears and sees; packets of both streams cross the same link.
class SoundAndPicture : public testing::Test, public PacketSink, public VideoReceiverObserver {
 protected:
  void SendRtp(ByteView header, ByteView payload, Timestamp) override {
    std::vector<uint8_t> packet(header.begin(), header.end());
    packet.insert(packet.end(), payload.begin(), payload.end());
    link_->Send(packet);
  }
  void OnFrame(const EncodedFrame& frame) override {
    const auto sender_time = picture_.sender_clock().SenderTimeUs(frame.rtp_timestamp);
    if (sender_time) pictures_.push_back(*sender_time);
  }
  void SendNack(std::span<const uint16_t>) override {}
  void SendPli() override {}

  void Connect(const LinkConditions& conditions) {
    link_ = std::make_unique<SimulatedLink>(time_, conditions, 3,
                                            [this](ByteView bytes) { Arrive(bytes); });
    time_.Wake([this] { return video_.NextDeadline(); },
               [this](Timestamp now) { video_.OnTimer(now); });
    time_.Every(TimeDelta::Millis(20), [this] { Speak(); });
    time_.Every(TimeDelta::Millis(40), [this] { Film(); });
    time_.Every(TimeDelta::Seconds(1), [this] { Report(); });
  }

  void Speak() {
    const std::array<uint8_t, 80> opus{0x78, static_cast<uint8_t>(spoken_)};
    audio_.SendAudio(opus, static_cast<uint32_t>(spoken_++ * 960), time_.now());
    video_.OnAudioSent(opus.size(), time_.now());
  }
  void Film() {
    const FrameKind kind = filmed_++ == 0 ? FrameKind::kKey : FrameKind::kDelta;
    const auto bytes = samples_.Next(kind, 6000);
    video_.SendFrame(packetizer_.Packetize({.kind = kind,
                                            .rtp_timestamp = static_cast<uint32_t>(filmed_ * 3600),
                                            .capture_time = time_.now(),
                                            .payload = bytes}),
                     time_.now());
  }
  void Report() {
    for (const auto& info : {audio_.Report(time_.now()), video_.Report(time_.now())}) {
      if (!info) continue;
      std::array<uint8_t, 100> buffer;
      ByteWriter out(buffer);
      WriteSenderReport(out, *info);
      link_->Send(out.written());
    }
  }

  void Arrive(ByteView bytes) {
    if (IsRtcp(bytes)) {
      struct Observer final : RtcpObserver {
        explicit Observer(SoundAndPicture& f) : fixture(f) {}
        void OnSenderInfo(const SenderInfo& info) override {
          if (info.ssrc == kSound) fixture.sound_.OnSenderReport(info, fixture.time_.now());
          if (info.ssrc == kPicture) fixture.picture_.OnSenderReport(info, fixture.time_.now());
        }
        SoundAndPicture& fixture;
      } observer(*this);
      ParseRtcp(bytes, observer);
      return;
    }
    const auto packet = *ParseRtp(bytes);
    if (packet.ssrc == kPicture) return picture_.OnRtp(packet, time_.now());
    const auto sound = sound_.OnRtp(packet, time_.now());
    if (!sound) return;
    heard_.emplace_back(sound->sequence, sound->payload[1]);
    const auto sender_time = sound_.sender_clock().SenderTimeUs(packet.timestamp);
    if (sender_time) sounds_.push_back(*sender_time);
  }

  VirtualTime time_;
  std::unique_ptr<SimulatedLink> link_;
  TransportSequence transport_sequence_;
  TxProbe tx_;
  RxProbe rx_;
  PacketizedFramePool pool_;
  Packetizer packetizer_{VideoCodec::kVp8, kMaxPayloadSize, pool_};
  BitstreamSamples samples_{VideoCodec::kVp8, 4};
  AudioSender audio_{{.ssrc = kSound,
                      .payload_type = 111,
                      .first_sequence = 65'530,
                      .timestamp_offset = 0xffff'0000},
                     transport_sequence_,
                     *this,
                     tx_};
  VideoSender video_{{.media = {.ssrc = kPicture, .payload_type = 96, .timestamp_offset = 12345},
                      .rate = DataRate::KilobitsPerSec(1200)},
                     transport_sequence_,
                     *this,
                     tx_};
  ReceiveArena arena_{1024};
  AudioReceiver sound_{111, rx_};
  VideoReceiver picture_{
      {.formats = {VideoReceiverConfig::Format{.payload_type = 96}}}, arena_, rx_, *this};
  int64_t spoken_ = 0;
  int64_t filmed_ = 0;
  std::vector<std::pair<int64_t, uint8_t>> heard_;
  std::vector<int64_t> sounds_;
  std::vector<int64_t> pictures_;
};

TEST_F(SoundAndPicture, SoundArrivesAsItWasSentAndNeverWaitsForThePicture) {
  Connect({.delay = TimeDelta::Millis(30)});
  time_.RunFor(TimeDelta::Seconds(10));
  ASSERT_GT(heard_.size(), 490u);
  for (size_t i = 0; i < heard_.size(); ++i) {
    EXPECT_EQ(heard_[i].first, heard_[0].first + static_cast<int64_t>(i));
    EXPECT_EQ(heard_[i].second, static_cast<uint8_t>(i));
  }
}

TEST_F(SoundAndPicture, OvertakenSoundKeepsItsPlaceInTheSequence) {
  Connect({.loss = 0.05, .delay = TimeDelta::Millis(30), .jitter = TimeDelta::Millis(80)});
  time_.RunFor(TimeDelta::Seconds(10));
  bool overtaken = false;
  for (size_t i = 1; i < heard_.size(); ++i) {
    overtaken |= heard_[i].first < heard_[i - 1].first;
    // The number says which one it was, whenever it came.
    const auto expected =
        static_cast<uint8_t>(heard_[0].second + heard_[i].first - heard_[0].first);
    EXPECT_EQ(heard_[i].second, expected);
  }
  EXPECT_TRUE(overtaken);
}

TEST_F(SoundAndPicture, SenderReportsBringThemTogether) {
  Connect({.delay = TimeDelta::Millis(30), .jitter = TimeDelta::Millis(10)});
  time_.RunFor(TimeDelta::Seconds(60));
  ASSERT_GT(pictures_.size(), 1000u);
  // Each picture was filmed at the very instant of some sound: on the sender's clock they agree.
  std::sort(sounds_.begin(), sounds_.end());
  int64_t worst = 0;
  for (size_t i = 10; i + 10 < pictures_.size(); ++i) {
    const auto at = std::lower_bound(sounds_.begin(), sounds_.end(), pictures_[i] - 10'000);
    ASSERT_NE(at, sounds_.end());
    worst = std::max(worst, std::abs(*at - pictures_[i]));
  }
  EXPECT_LT(worst, 1'000);
}

}  // namespace
}  // namespace continuo::test
