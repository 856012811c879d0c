// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"

namespace continuo {

// More packets than this in one feedback is nonsense at our rates, and a few run-length chunks
// could otherwise make us walk 65535 of them.
inline constexpr size_t kMaxFeedbackPackets = 8192;

// Arrival times travel in ticks of 250 µs from a reference time in ticks of 64 ms.
inline constexpr TimeDelta kFeedbackTick = TimeDelta::Micros(250);
inline constexpr TimeDelta kFeedbackReferenceTick = TimeDelta::Millis(64);

// Transport-wide congestion control feedback: which packets of a transport have arrived, and when,
// on the receiver's clock. A view of the bytes it was parsed from, whose shape is proved by Parse()
// so that reading it can't fail. draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
class TransportFeedback {
 public:
  struct Packet {
    uint16_t sequence = 0;
    // Since the reference time, for a packet that did arrive. May be negative.
    std::optional<TimeDelta> arrival;
    friend bool operator==(const Packet&, const Packet&) = default;
  };
  class Cursor;

  // `packet` is one RTCP packet, header included, padding removed.
  static std::optional<TransportFeedback> Parse(ByteView packet);

  Ssrc sender() const { return sender_; }
  Ssrc media() const { return media_; }
  uint8_t feedback_count() const { return feedback_count_; }  // a counter: gaps are lost feedback
  uint16_t base_sequence() const { return base_sequence_; }
  uint16_t packet_count() const { return packet_count_; }
  // 24 bits, signed: multiply by kFeedbackReferenceTick; it wraps every 12 days.
  int32_t reference_ticks() const { return reference_ticks_; }
  TimeDelta reference_time() const { return kFeedbackReferenceTick * reference_ticks_; }

 private:
  Ssrc sender_;
  Ssrc media_;
  uint16_t base_sequence_ = 0;
  uint16_t packet_count_ = 0;
  int32_t reference_ticks_ = 0;
  uint8_t feedback_count_ = 0;
  ByteView chunks_;
  ByteView deltas_;
};

// Walks the packets of a feedback in order of sequence:
//   TransportFeedback::Cursor cursor(feedback);
//   while (const auto packet = cursor.Next()) …
class TransportFeedback::Cursor {
 public:
  explicit Cursor(const TransportFeedback& feedback);
  std::optional<Packet> Next();

 private:
  ByteReader chunks_;
  ByteReader deltas_;
  uint16_t sequence_;
  size_t left_;         // packets
  uint16_t chunk_ = 0;  // a run of no packets, to begin with
  size_t next_in_chunk_ = 0;
  TimeDelta arrival_;
};

// What a receiver has to report. `arrivals` is in order of sequence from `base_sequence` on, one
// entry per packet; Timestamp::Infinite() is a packet that hasn't come.
struct TransportArrivals {
  Ssrc sender;
  Ssrc media;
  uint16_t base_sequence = 0;
  uint8_t feedback_count = 0;
  std::span<const Timestamp> arrivals;
};

// Appends one feedback packet about the first entries of `arrivals`, as many as fit the buffer and
// the range of a delta (±8 s), at most 1024, and returns how many those are; call again with the
// rest. 0, and not a byte written, when none fits or none of them has arrived. Doesn't allocate.
size_t WriteTransportFeedback(ByteWriter& out, const TransportArrivals& arrivals);

}  // namespace continuo
