// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/sequence.h"
#include "base/time.h"
#include "media/encoded_frame.h"
#include "tests/support/bitstream_samples.h"
#include "tests/support/simulated_network.h"
#include "transport/cc/rtt_estimator.h"
#include "transport/cc/transport_feedback_generator.h"
#include "transport/rx/video_receiver.h"
#include "transport/tx/packetizer.h"
#include "transport/tx/video_sender.h"
#include "transport/wire/rtcp.h"
#include "transport/wire/rtcp_writer.h"
#include "transport/wire/rtp_extensions.h"
#include "transport/wire/rtp_header.h"

namespace continuo::test {

inline constexpr Ssrc kMediaSsrc{0x1111};
inline constexpr Ssrc kRtxSsrc{0x2222};
inline constexpr Ssrc kReceiverSsrc{0x3333};
inline constexpr uint8_t kTransportSequenceId = 3;

struct SentFrame {
  FrameKind kind;
  uint32_t rtp_timestamp;
  std::vector<uint8_t> bytes;
};

struct ShownFrame {
  FrameKind kind;
  uint32_t rtp_timestamp;
  std::vector<uint8_t> bytes;
  Timestamp when;
};

// One rendition: 25 frames per second, a key frame first and whenever some endpoint wants one (at
// most every 300 ms), packetised once.
class Rendition {
 public:
  static constexpr TimeDelta kFrameInterval = TimeDelta::Millis(40);
  static constexpr TimeDelta kKeyFrameInterval = TimeDelta::Millis(300);

  Rendition(VideoCodec codec, uint64_t seed)
      : codec_(codec), samples_(codec, seed), random_(seed + 1) {}

  PacketizedFrameRef Next(bool key_frame_wanted, Timestamp now) {
    const bool key = sent.empty() || (key_frame_wanted && now - last_key_ >= kKeyFrameInterval);
    if (key) last_key_ = now;
    const FrameKind kind = key ? FrameKind::kKey : FrameKind::kDelta;
    const size_t size =
        (key ? key_size : delta_size) / 2 + random_.Next() % (key ? key_size : delta_size);
    const auto rtp_timestamp = static_cast<uint32_t>(now.us() * 9 / 100) + timestamp_base;
    sent.push_back({kind, rtp_timestamp, samples_.Next(kind, size)});
    return packetizer_.Packetize({.codec = codec_,
                                  .kind = kind,
                                  .rtp_timestamp = rtp_timestamp,
                                  .capture_time = now,
                                  .payload = sent.back().bytes});
  }

  VideoCodec codec() const { return codec_; }
  const PacketizedFramePool& pool() const { return pool_; }

  size_t key_size = 12'000;
  size_t delta_size = 4'000;
  uint32_t timestamp_base = 0;
  std::vector<SentFrame> sent;

 private:
  VideoCodec codec_;
  BitstreamSamples samples_;
  Prng random_;
  Timestamp last_key_;
  PacketizedFramePool pool_;
  Packetizer packetizer_{codec_, kMaxPayloadSize, pool_, 0x7ffa};
};

struct CallConditions {
  LinkConditions down;  // media
  LinkConditions up;    // RTCP
  bool rtx = true;
  uint16_t first_sequence = 1000;
  uint32_t timestamp_offset = 77;
  DataRate rate = DataRate::KilobitsPerSec(1000);
};

// One endpoint of the rendition: a sender of ours, the network, and a receiver at the far end, with
// their RTCP. Nothing but packets passes between the two.
class StreamCall final : private PacketSink, private VideoReceiverObserver {
 public:
  StreamCall(VirtualTime& time, const Rendition& rendition, const CallConditions& conditions,
             uint64_t seed)
      : down(time, conditions.down, seed, [this](ByteView p) { OnDownlink(p); }),
        up(time, conditions.up, seed + 1, [this](ByteView p) { OnUplink(p); }),
        time_(time),
        timestamp_offset_(conditions.timestamp_offset),
        sender_(SenderConfig(rendition.codec(), conditions), transport_sequence_, *this, tx),
        receiver_(ReceiverConfig(rendition.codec(), conditions), arena_, rx, *this),
        feedback_(kReceiverSsrc) {
    time_.Wake([this] { return sender_.NextDeadline(); },
               [this](Timestamp now) { sender_.OnTimer(now); });
    time_.Wake([this] { return receiver_.NextDeadline(); },
               [this](Timestamp now) { receiver_.OnTimer(now); });
    time_.Wake([this] { return feedback_.NextDeadline(); },
               [this](Timestamp now) { SendFeedback(now); });
    time_.Every(TimeDelta::Millis(500), [this] { ExchangeReports(); });
  }

  void Send(const PacketizedFrameRef& frame) { sender_.SendFrame(frame, time_.now()); }
  bool WantsKeyFrame() const { return sender_.WantsKeyFrame(); }
  void Request() { receiver_.RequestKeyFrame(time_.now()); }
  std::optional<TimeDelta> measured_rtt() const { return sender_rtt_.rtt(); }
  size_t blocks_held() const { return arena_.blocks_in_use(); }
  // The timestamp of a shown frame as the rendition knows it.
  uint32_t RenditionTimestamp(const ShownFrame& f) const {
    return f.rtp_timestamp - timestamp_offset_;
  }

  TxProbe tx;
  RxProbe rx;
  SimulatedLink down;
  SimulatedLink up;
  std::vector<ShownFrame> shown;
  // By transport-wide sequence number: what truly arrived, and what feedback told the sender.
  std::vector<int64_t> arrived_packets;
  std::vector<int64_t> reported_packets;

 private:
  static VideoSenderConfig SenderConfig(VideoCodec codec, const CallConditions& conditions) {
    VideoSenderConfig config{.codec = codec,
                             .media = {.ssrc = kMediaSsrc,
                                       .payload_type = 96,
                                       .first_sequence = conditions.first_sequence,
                                       .timestamp_offset = conditions.timestamp_offset,
                                       .transport_sequence_extension = kTransportSequenceId,
                                       .mid_extension = 4,
                                       .mid = "1"},
                             .rate = conditions.rate};
    if (conditions.rtx) {
      config.rtx = config.media;
      config.rtx->ssrc = kRtxSsrc;
      config.rtx->payload_type = 97;
    }
    return config;
  }
  static VideoReceiverConfig ReceiverConfig(VideoCodec codec, const CallConditions& conditions) {
    VideoReceiverConfig config;
    config.formats[static_cast<size_t>(codec)] = {.payload_type = 96, .rtx_payload_type = {}};
    if (conditions.rtx) config.formats[static_cast<size_t>(codec)]->rtx_payload_type = 97;
    return config;
  }

  // PacketSink
  void SendRtp(ByteView header, ByteView payload, Timestamp) override {
    packet_.assign(header.begin(), header.end());
    packet_.insert(packet_.end(), payload.begin(), payload.end());
    down.Send(packet_);
  }

  void OnDownlink(ByteView bytes) {
    const Timestamp now = time_.now();
    if (IsRtcp(bytes)) {
      FromSender observer(*this);
      ParseRtcp(bytes, observer);
      return;
    }
    const auto packet = ParseRtp(bytes);
    if (!packet) return;
    if (const auto extension = packet->Extension(kTransportSequenceId)) {
      const uint16_t sequence = *ParseTransportSequence(*extension);
      arrived_packets.push_back(arrived_unwrapper_.Unwrap(sequence));
      feedback_.OnPacket(sequence, packet->ssrc, now);
    }
    if (packet->ssrc == kRtxSsrc) {
      receiver_.OnRtx(*packet, now);
    } else {
      receiver_.OnRtp(*packet, now);
    }
  }

  // VideoReceiverObserver
  void OnFrame(const EncodedFrame& frame) override {
    shown.push_back({frame.kind, frame.rtp_timestamp,
                     std::vector<uint8_t>(frame.payload.begin(), frame.payload.end()),
                     time_.now()});
  }
  void SendNack(std::span<const uint16_t> sequences) override {
    SendUp([&](ByteWriter& out) { WriteNack(out, {kReceiverSsrc, kMediaSsrc, sequences}); });
  }
  void SendPli() override {
    SendUp([&](ByteWriter& out) { WritePli(out, {kReceiverSsrc, kMediaSsrc}); });
  }

  template <typename Write>
  void SendUp(Write write) {
    std::array<uint8_t, 1200> buffer;
    ByteWriter out(buffer);
    write(out);
    if (out.size() > 0) up.Send(out.written());
  }
  void SendFeedback(Timestamp now) {
    bool more = true;
    while (more) SendUp([&](ByteWriter& out) { more = feedback_.WriteDue(out, now); });
  }
  void ExchangeReports() {
    const Timestamp now = time_.now();
    if (const auto info = sender_.Report(now)) {
      std::array<uint8_t, 200> buffer;
      ByteWriter out(buffer);
      WriteSenderReport(out, *info);
      down.Send(out.written());
    }
    if (const auto block = receiver_.TakeReport(kMediaSsrc, now)) {
      SendUp([&](ByteWriter& out) { WriteReceiverReport(out, kReceiverSsrc, {&*block, 1}); });
    }
  }

  // What the receiver hears from the sender.
  struct FromSender final : RtcpObserver {
    explicit FromSender(StreamCall& c) : call(c) {}
    void OnSenderInfo(const SenderInfo& info) override {
      call.receiver_.OnSenderReport(info, call.time_.now());
    }
    StreamCall& call;
  };
  // What the sender hears from the receiver.
  struct FromReceiver final : RtcpObserver {
    explicit FromReceiver(StreamCall& c) : call(c) {}
    void OnNack(const Nack& nack) override {
      call.sender_.OnNack(nack.sequences, call.time_.now());
    }
    void OnPli(const Pli&) override { call.sender_.OnKeyFrameRequest(); }
    void OnReportBlock(Ssrc, const ReportBlock& block) override {
      call.sender_rtt_.OnReportBlock(block, call.time_.now());
      if (!call.sender_rtt_.rtt()) return;
      call.sender_.SetRoundTripTime(*call.sender_rtt_.rtt());
      call.receiver_.SetRoundTripTime(*call.sender_rtt_.rtt());
    }
    void OnTransportFeedback(const TransportFeedback& feedback) override {
      TransportFeedback::Cursor cursor(feedback);
      while (const auto packet = cursor.Next()) {
        const int64_t sequence = call.reported_unwrapper_.Unwrap(packet->sequence);
        if (packet->arrival) call.reported_packets.push_back(sequence);
      }
    }
    StreamCall& call;
  };
  void OnUplink(ByteView bytes) {
    FromReceiver observer(*this);
    ParseRtcp(bytes, observer);
  }

  VirtualTime& time_;
  uint32_t timestamp_offset_;
  TransportSequence transport_sequence_;
  VideoSender sender_;
  ReceiveArena arena_{8192};
  VideoReceiver receiver_;
  TransportFeedbackGenerator feedback_;
  RttEstimator sender_rtt_;
  SequenceUnwrapper arrived_unwrapper_;
  SequenceUnwrapper reported_unwrapper_;
  std::vector<uint8_t> packet_;
};

// A room's picture and its endpoints.
class StreamRoom {
 public:
  StreamRoom(VideoCodec codec, uint64_t seed) : rendition(codec, seed), seed_(seed) {
    time.Every(Rendition::kFrameInterval, [this] { Tick(); });
  }

  StreamCall& Join(const CallConditions& conditions) {
    seed_ += 10;
    calls.push_back(std::make_unique<StreamCall>(time, rendition, conditions, seed_));
    return *calls.back();
  }
  // No more pictures: whatever is on its way may still arrive.
  void StopCamera() { filming_ = false; }

  VirtualTime time;
  Rendition rendition;
  std::vector<std::unique_ptr<StreamCall>> calls;

 private:
  void Tick() {
    if (!filming_) return;
    bool wanted = false;
    for (const auto& call : calls) wanted |= call->WantsKeyFrame();
    const PacketizedFrameRef frame = rendition.Next(wanted, time.now());
    for (const auto& call : calls) call->Send(frame);
  }

  uint64_t seed_;
  bool filming_ = true;
};

}  // namespace continuo::test
