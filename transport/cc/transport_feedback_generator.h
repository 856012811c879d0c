// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/sequence.h"
#include "base/time.h"
#include "transport/wire/transport_feedback.h"

namespace continuo {

// Tells a peer when its packets arrived, so that it can estimate what the path carries; without
// this Chromium sends its lowest layer only. Takes the transport-wide sequence numbers of all the
// endpoint's streams, retransmissions included, and writes a report every kInterval; each packet is
// reported as lost or arrived, and one that comes after its report is reported again. Nothing is
// sent while nothing arrives. Fixed storage. draft-holmer-rmcat-transport-wide-cc-extensions-01.
class TransportFeedbackGenerator {
 public:
  static constexpr TimeDelta kInterval = TimeDelta::Millis(75);
  static constexpr int64_t kWindow = 2048;    // packets that can still be reported
  static constexpr int64_t kMaxReport = 256;  // packets in one feedback

  // `sender` is any SSRC of ours. The media SSRC in the reports is that of the last packet.
  explicit TransportFeedbackGenerator(Ssrc sender);

  void OnPacket(uint16_t transport_sequence, Ssrc media, Timestamp now);

  // Infinite when there is nothing to report.
  Timestamp NextDeadline() const;
  // Appends one feedback packet to `out`. False when none is due, or it does not fit, in which case
  // nothing is written. Call until false: a report that doesn't fit one packet is continued.
  bool WriteDue(ByteWriter& out, Timestamp now);

 private:
  // kWindow divides 2^16, so that this is right for negative numbers too.
  Timestamp& At(int64_t s) { return (*arrivals_)[static_cast<uint16_t>(s) % kWindow]; }
  void Begin(int64_t sequence);

  Ssrc sender_;
  Ssrc media_;
  SequenceUnwrapper unwrapper_;
  // [first_, end_), at most kWindow of them: when each arrived, Infinite for not yet.
  std::unique_ptr<std::array<Timestamp, kWindow>> arrivals_;
  std::array<Timestamp, kMaxReport> report_{};  // some of the same, in a row, to be written
  int64_t first_ = 0;
  int64_t begin_ = 0;  // the first sequence number not reported yet
  int64_t end_ = 0;    // one past the highest seen
  bool started_ = false;
  uint8_t feedback_count_ = 0;
  std::optional<Timestamp> due_;
};

}  // namespace continuo
