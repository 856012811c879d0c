// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <vector>

#include "tests/support/allocation_counter/allocation_counter.h"
#include "tests/support/bitstream_samples.h"
#include "transport/cc/transport_feedback_generator.h"
#include "transport/rx/video_receiver.h"
#include "transport/tx/packetizer.h"
#include "transport/tx/video_sender.h"
#include "transport/wire/rtp_header.h"

namespace continuo::test {
namespace {

// A sender whose packets are handed straight to a receiver, but for each thirtieth, which must be
// asked for; NACKs are handed straight back.
class Loopback final : public PacketSink, public VideoReceiverObserver {
 public:
  explicit Loopback(VideoCodec codec) : codec_(codec) {
    for (size_t i = 0; i < samples_.size(); ++i) {
      const FrameKind kind = i == 0 ? FrameKind::kKey : FrameKind::kDelta;
      samples_[i] = BitstreamSamples(codec, i).Next(kind, i == 0 ? 20'000 : 5'000);
    }
  }

  void Frame() {
    const size_t sample = frames_++ % samples_.size();
    sender_.SendFrame(
        packetizer_.Packetize({.codec = codec_,
                               .kind = sample == 0 ? FrameKind::kKey : FrameKind::kDelta,
                               .rtp_timestamp = static_cast<uint32_t>(frames_ * 3600),
                               .capture_time = now_,
                               .payload = samples_[sample]}),
        now_);
    for (const Timestamp end = now_ + TimeDelta::Millis(40); now_ < end;
         now_ += TimeDelta::Millis(2)) {
      sender_.OnTimer(now_);
      receiver_.OnTimer(now_);
      ByteWriter out(feedback_bytes_);
      feedback_.WriteDue(out, now_);
    }
  }
  size_t shown() const { return shown_; }

 private:
  void SendRtp(ByteView header, ByteView payload, Timestamp now) override {
    auto packet = *ParseRtp(header);
    packet.payload = payload;
    feedback_.OnPacket(packet.sequence_number, packet.ssrc, now);
    if (packet.ssrc == Ssrc(2)) return receiver_.OnRtx(packet, now);
    if (packet.sequence_number % 30 != 7) receiver_.OnRtp(packet, now);
  }
  void OnFrame(const EncodedFrame&) override { ++shown_; }
  void SendNack(std::span<const uint16_t> sequences) override { sender_.OnNack(sequences, now_); }
  void SendPli() override { ADD_FAILURE() << "a key frame was needed"; }

  static VideoSenderConfig SenderConfig(VideoCodec codec) {
    VideoSenderConfig config{.codec = codec,
                             .media = {.ssrc = Ssrc(1), .payload_type = 96},
                             .rate = DataRate::KilobitsPerSec(1200)};
    config.rtx = RtpStreamIdentity{.ssrc = Ssrc(2), .payload_type = 97};
    return config;
  }
  static VideoReceiverConfig ReceiverConfig(VideoCodec codec) {
    VideoReceiverConfig config;
    config.formats[static_cast<size_t>(codec)] = {.payload_type = 96, .rtx_payload_type = 97};
    return config;
  }

  VideoCodec codec_;
  std::array<std::vector<uint8_t>, 25> samples_;
  Timestamp now_ = Timestamp::Millis(1'000);
  PacketizedFramePool pool_;
  Packetizer packetizer_{codec_, kMaxPayloadSize, pool_};
  TransportSequence transport_sequence_;
  TxProbe tx_;
  RxProbe rx_;
  VideoSender sender_{SenderConfig(codec_), transport_sequence_, *this, tx_};
  ReceiveArena arena_{1024};
  VideoReceiver receiver_{ReceiverConfig(codec_), arena_, rx_, *this};
  TransportFeedbackGenerator feedback_{Ssrc(3)};
  std::array<uint8_t, 1200> feedback_bytes_{};
  size_t frames_ = 0;
  size_t shown_ = 0;
};

class SteadyState : public testing::TestWithParam<VideoCodec> {};
INSTANTIATE_TEST_SUITE_P(, SteadyState, testing::Values(VideoCodec::kVp8, VideoCodec::kH264),
                         [](const auto& codec) { return std::string(ToString(codec.param)); });

TEST_P(SteadyState, AStreamWithLossesAllocatesNothing) {
  Loopback loopback(GetParam());
  // Warm once every pooled frame has been a key frame, the largest there is.
  for (int i = 0; i < 25 * 200; ++i) loopback.Frame();
  const int64_t before = AllocationsOfAllThreads();
  const size_t shown = loopback.shown();
  for (int i = 0; i < 500; ++i) loopback.Frame();
  EXPECT_EQ(AllocationsOfAllThreads(), before);
  EXPECT_GE(loopback.shown(), shown + 498);
}

}  // namespace
}  // namespace continuo::test
