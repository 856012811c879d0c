// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/video_receiver.h"

#include <algorithm>

#include "base/bytes.h"

namespace continuo {
namespace {

constexpr TimeDelta kReorderPatience = TimeDelta::Millis(10);

}  // namespace

VideoReceiver::VideoReceiver(const VideoReceiverConfig& config, ReceiveArena& arena, RxProbe& probe,
                             VideoReceiverObserver& observer)
    : config_(config), probe_(probe), observer_(observer), assembler_(arena, probe, *this) {}

std::optional<VideoCodec> VideoReceiver::CodecOf(uint8_t payload_type) const {
  for (int i = 0; i < kVideoCodecCount; ++i) {
    const auto& format = config_.formats[static_cast<size_t>(i)];
    if (format && format->payload_type == payload_type) return static_cast<VideoCodec>(i);
  }
  return std::nullopt;
}

std::optional<VideoCodec> VideoReceiver::CodecOfRtx(uint8_t payload_type) const {
  for (int i = 0; i < kVideoCodecCount; ++i) {
    const auto& format = config_.formats[static_cast<size_t>(i)];
    if (format && format->rtx_payload_type == payload_type) return static_cast<VideoCodec>(i);
  }
  return std::nullopt;
}

void VideoReceiver::OnRtp(const RtpPacket& packet, Timestamp now) {
  const auto codec = CodecOf(packet.payload_type);
  if (!codec) return probe_.malformed.Add();
  const auto outcome = statistics_.OnPacket(packet.sequence_number, packet.timestamp, now);
  if (outcome.verdict == ReceiveStatistics::Verdict::kSuspect) {
    return probe_.suspect_sequences.Add();
  }
  probe_.packets.Add();
  probe_.bytes.Add(packet.payload.size());
  if (!started_ || outcome.verdict == ReceiveStatistics::Verdict::kRestarted) {
    Restart(outcome.sequence);
  }
  highest_ = std::max(highest_, outcome.sequence);
  key_frames_.OnPacket();
  if (Take(packet, *codec, outcome.sequence, packet.payload, now) ==
      FrameAssembler::Outcome::kLate) {
    probe_.duplicates.Add();
  }
  Act(now);
}

// RFC 4588 §4: the payload is the original sequence number, then the original payload.
void VideoReceiver::OnRtx(const RtpPacket& packet, Timestamp now) {
  const auto codec = CodecOfRtx(packet.payload_type);
  if (!codec) return probe_.malformed.Add();
  if (!started_ || packet.payload.empty()) return;  // nothing to fill, or a bandwidth probe
  ByteReader in(packet.payload);
  const uint16_t original = in.U16();
  if (!in.ok()) return probe_.malformed.Add();
  probe_.rtx_packets.Add();
  const int64_t sequence = statistics_.Unwrap(original);
  if (sequence > highest_) return probe_.suspect_sequences.Add();
  if (Take(packet, *codec, sequence, in.Rest(), now) == FrameAssembler::Outcome::kTaken) {
    probe_.recovered.Add();
  } else {
    probe_.duplicates.Add();
  }
  Act(now);
}

FrameAssembler::Outcome VideoReceiver::Take(const RtpPacket& packet, VideoCodec codec,
                                            int64_t sequence, ByteView payload, Timestamp now) {
  const auto outcome = assembler_.Insert({.sequence = sequence,
                                          .rtp_timestamp = packet.timestamp,
                                          .marker = packet.marker,
                                          .codec = codec,
                                          .payload = payload,
                                          .arrival = now});
  // Without room it is as good as lost, and asked for again.
  if (outcome == FrameAssembler::Outcome::kTaken) nacks_.OnPacket(sequence, now);
  return outcome;
}

void VideoReceiver::OnSenderReport(const SenderInfo& report, Timestamp now) {
  statistics_.OnSenderReport(report.ntp, now);
  sender_clock_.OnSenderReport(report);
}

void VideoReceiver::RequestKeyFrame(Timestamp now) {
  key_frames_.Want(now);
  Act(now);
}

void VideoReceiver::Restart(int64_t first) {
  started_ = true;
  highest_ = first;
  nacks_.Start(first);
  assembler_.Start(first);
}

Timestamp VideoReceiver::NextDeadline() const {
  const Timestamp nack = nacks_.NextDeadline();
  if (assembler_.KeyFrameOnItsWay()) return nack;
  return std::min(nack, key_frames_.NextDeadline(rtt_));
}

void VideoReceiver::Act(Timestamp now) {
  FillHoles(now);
  if (started_ && assembler_.WantsKeyFrame()) {
    // The first packet to arrive may have overtaken the one that begins the key frame.
    key_frames_.Want(assembler_.beginning() ? now + kReorderPatience : now);
  }
  if (!assembler_.KeyFrameOnItsWay() && key_frames_.TakeDue(now, rtt_)) {
    probe_.plis.Add();
    observer_.SendPli();
  }
}

void VideoReceiver::FillHoles(Timestamp now) {
  nacks_.ForgetBelow(assembler_.next());
  const size_t missing = nacks_.missing();
  NackGenerator::Due due = nacks_.TakeDue(now, rtt_);
  if (!config_.nack && !due.ask.empty()) {
    due.given_up = std::max(due.given_up.value_or(due.ask.back()), due.ask.back());
  }
  if (due.given_up) {
    assembler_.SkipPast(*due.given_up);
    // Without a key frame in sight, what has come since is of pictures that nobody can decode.
    if (assembler_.WantsKeyFrame()) assembler_.SkipPast(highest_);
    nacks_.ForgetBelow(assembler_.next());
    due.ask = due.ask.subspan(static_cast<size_t>(
        std::lower_bound(due.ask.begin(), due.ask.end(), assembler_.next()) - due.ask.begin()));
    probe_.lost.Add(missing - nacks_.missing());
  }
  if (config_.nack && !due.ask.empty()) AskAgain(due.ask);
}

void VideoReceiver::AskAgain(std::span<const int64_t> sequences) {
  std::array<uint16_t, NackGenerator::kMaxBatch> wire;
  std::transform(sequences.begin(), sequences.end(), wire.begin(),
                 [](int64_t s) { return static_cast<uint16_t>(s); });
  probe_.nacks.Add(sequences.size());
  observer_.SendNack(std::span(wire).first(sequences.size()));
}

void VideoReceiver::OnFrame(const EncodedFrame& frame) {
  if (frame.kind == FrameKind::kKey) key_frames_.OnKeyFrame();
  observer_.OnFrame(frame);
}

}  // namespace continuo
