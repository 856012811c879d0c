// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/transport_feedback.h"

#include <algorithm>
#include <array>

#include "transport/wire/feedback_chunk.h"
#include "transport/wire/rtcp_format.h"
#include "transport/wire/word.h"

namespace continuo {
namespace {

// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |V=2|P|  FMT=15 |    PT=205     |           length              |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                     SSRC of packet sender                     |
//   |                      SSRC of media source                     |
//   |      base sequence number     |      packet status count      |
//   |            reference time, signed             | fb pkt. count |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |  chunks of 16 bits, then deltas of 8 or 16 bits, then zeros   |
constexpr size_t kFixedSize = 20;

// What one call of WriteTransportFeedback() may cover: a datagram holds no more deltas than this.
constexpr size_t kMaxWrittenPackets = 1024;

// Statuses and deltas of the packets that one feedback can speak of, and how they are packed.
class FeedbackPlan {
 public:
  // False when there is nothing to report, or no room for it.
  bool Make(std::span<const Timestamp> arrivals, size_t room);
  void Write(ByteWriter& out, const TransportArrivals& arrivals) const;
  size_t packets() const { return packets_; }

 private:
  size_t Quantise(std::span<const Timestamp> arrivals);
  size_t PackChunk(std::span<const PacketStatus> statuses, size_t room);
  size_t Size() const { return kFixedSize + RoundUpToWord(2 * chunk_count_ + delta_bytes_); }

  std::array<PacketStatus, kMaxWrittenPackets> statuses_;
  std::array<int16_t, kMaxWrittenPackets> ticks_;
  std::array<uint16_t, kMaxWrittenPackets> chunks_;
  int64_t reference_ticks_ = 0;
  size_t packets_ = 0;
  size_t chunk_count_ = 0;
  size_t delta_bytes_ = 0;
};

// Fills statuses_ and ticks_ until a delta is out of range, and returns their number. Differences
// are taken between rounded times, so that rounding doesn't add up.
size_t FeedbackPlan::Quantise(std::span<const Timestamp> arrivals) {
  const auto first = std::ranges::find_if(arrivals, [](Timestamp t) { return !t.IsInfinite(); });
  if (first == arrivals.end()) return 0;
  reference_ticks_ = first->us() / kFeedbackReferenceTick.us();
  int64_t last = reference_ticks_ * (kFeedbackReferenceTick / kFeedbackTick);
  for (size_t i = 0; i < arrivals.size(); ++i) {
    statuses_[i] = PacketStatus::kLost;
    if (arrivals[i].IsInfinite()) continue;
    const int64_t now = arrivals[i].us() / kFeedbackTick.us();
    const int64_t delta = now - last;
    if (delta < INT16_MIN || delta > INT16_MAX) return i;
    const bool small = delta >= 0 && delta <= UINT8_MAX;
    statuses_[i] = small ? PacketStatus::kSmallDelta : PacketStatus::kLargeDelta;
    ticks_[i] = static_cast<int16_t>(delta);
    last = now;
  }
  return arrivals.size();
}

// Adds one chunk of the first statuses, fewer than it could hold where room is short, and returns
// how many.
size_t FeedbackPlan::PackChunk(std::span<const PacketStatus> statuses, size_t room) {
  const size_t fit = FeedbackChunk::Fit(statuses);
  const size_t chunk_bytes = 2 * (chunk_count_ + 1);
  size_t taken = 0;
  for (size_t bytes = delta_bytes_; taken < fit; ++taken) {
    bytes += DeltaSize(statuses[taken]);
    if (kFixedSize + RoundUpToWord(chunk_bytes + bytes) > room) break;
    delta_bytes_ = bytes;
  }
  if (taken > 0) chunks_[chunk_count_++] = FeedbackChunk::Of(statuses.first(taken)).bits();
  return taken;
}

bool FeedbackPlan::Make(std::span<const Timestamp> arrivals, size_t room) {
  const size_t limit = Quantise(arrivals.first(std::min(arrivals.size(), kMaxWrittenPackets)));
  while (packets_ < limit) {
    const size_t taken = PackChunk(std::span(statuses_).first(limit).subspan(packets_), room);
    if (taken == 0) break;
    packets_ += taken;
  }
  return delta_bytes_ > 0;
}

void FeedbackPlan::Write(ByteWriter& out, const TransportArrivals& arrivals) const {
  const size_t size = Size();
  out.U8(kRtcpVersion2 | kFmtTransportWideFeedback);
  out.U8(kRtcpTransportFeedback);
  out.U16(static_cast<uint16_t>(size / 4 - 1));
  out.U32(arrivals.sender.value());
  out.U32(arrivals.media.value());
  out.U16(arrivals.base_sequence);
  out.U16(static_cast<uint16_t>(packets_));
  out.U24(static_cast<uint32_t>(reference_ticks_));
  out.U8(arrivals.feedback_count);
  for (size_t i = 0; i < chunk_count_; ++i) out.U16(chunks_[i]);
  for (size_t i = 0; i < packets_; ++i) {
    if (statuses_[i] == PacketStatus::kSmallDelta) out.U8(static_cast<uint8_t>(ticks_[i]));
    if (statuses_[i] == PacketStatus::kLargeDelta) out.U16(static_cast<uint16_t>(ticks_[i]));
  }
  out.Zeros(size - kFixedSize - 2 * chunk_count_ - delta_bytes_);
}

}  // namespace

std::optional<TransportFeedback> TransportFeedback::Parse(ByteView packet) {
  ByteReader reader(packet);
  reader.Skip(kRtcpHeaderSize);
  TransportFeedback feedback;
  feedback.sender_ = Ssrc(reader.U32());
  feedback.media_ = Ssrc(reader.U32());
  feedback.base_sequence_ = reader.U16();
  feedback.packet_count_ = reader.U16();
  feedback.reference_ticks_ = static_cast<int32_t>(reader.U24() << 8) >> 8;
  feedback.feedback_count_ = reader.U8();
  if (feedback.packet_count_ == 0 || feedback.packet_count_ > kMaxFeedbackPackets) {
    return std::nullopt;
  }

  size_t delta_bytes = 0;
  for (size_t left = feedback.packet_count_; left > 0 && reader.ok();) {
    const FeedbackChunk chunk(reader.U16());
    const size_t size = std::min(chunk.size(), left);
    for (size_t i = 0; i < size; ++i) {
      if (chunk.at(i) == PacketStatus::kReserved) return std::nullopt;
      delta_bytes += DeltaSize(chunk.at(i));
    }
    left -= size;
  }
  const size_t chunks_end = reader.position();
  if (!reader.ok() || reader.remaining() < delta_bytes) return std::nullopt;
  feedback.chunks_ = packet.subspan(kFixedSize, chunks_end - kFixedSize);
  feedback.deltas_ = packet.subspan(chunks_end, delta_bytes);
  return feedback;
}

TransportFeedback::Cursor::Cursor(const TransportFeedback& feedback)
    : chunks_(feedback.chunks_),
      deltas_(feedback.deltas_),
      sequence_(feedback.base_sequence_),
      left_(feedback.packet_count_) {}

std::optional<TransportFeedback::Packet> TransportFeedback::Cursor::Next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  while (next_in_chunk_ == FeedbackChunk(chunk_).size()) {
    chunk_ = chunks_.U16();
    next_in_chunk_ = 0;
  }
  const PacketStatus status = FeedbackChunk(chunk_).at(next_in_chunk_++);
  Packet packet{.sequence = sequence_++};
  if (status == PacketStatus::kLost) return packet;
  const int ticks =
      status == PacketStatus::kSmallDelta ? deltas_.U8() : static_cast<int16_t>(deltas_.U16());
  arrival_ += kFeedbackTick * ticks;
  packet.arrival = arrival_;
  return packet;
}

size_t WriteTransportFeedback(ByteWriter& out, const TransportArrivals& arrivals) {
  FeedbackPlan plan;
  if (!out.ok() || !plan.Make(arrivals.arrivals, out.remaining())) return 0;
  plan.Write(out, arrivals);
  return plan.packets();
}

}  // namespace continuo
