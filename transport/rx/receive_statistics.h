// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "base/sequence.h"
#include "base/time.h"
#include "transport/wire/rtcp.h"

namespace continuo {

// How well one stream arrives: counts what its receiver reports, and decides which sequence numbers
// to believe. A jump is believed only once the next packet confirms it (a sender that has started
// again), so one stray packet can't move the window. RFC 3550 A.1 (sequence numbers), A.3 (loss),
// A.8 (jitter), §6.4.1 (the report). Never told of RTX packets, which are another stream's.
class ReceiveStatistics {
 public:
  explicit ReceiveStatistics(int clock_rate) : clock_rate_(clock_rate) {}

  enum class Verdict : uint8_t {
    kAccepted,
    kSuspect,    // drop it
    kRestarted,  // this is the first packet of a new sequence: forget what you hold
  };
  struct Outcome {
    Verdict verdict = Verdict::kSuspect;
    int64_t sequence = 0;  // unwrapped; grows across a restart
  };
  Outcome OnPacket(uint16_t sequence, uint32_t rtp_timestamp, Timestamp now);

  // Where a sequence number seen elsewhere (an RTX header) belongs.
  int64_t Unwrap(uint16_t sequence) const { return unwrapper_.Peek(sequence); }
  bool started() const { return highest_.has_value(); }

  void OnSenderReport(NtpTime ntp, Timestamp now);
  // Begins a new interval for the fraction lost. Nothing before the first packet.
  std::optional<ReportBlock> TakeReport(Ssrc source, Timestamp now);

  uint64_t packets_received() const { return received_total_; }
  TimeDelta jitter() const;

 private:
  void Restart(uint16_t sequence);
  void CountJitter(uint32_t rtp_timestamp, Timestamp now);

  int clock_rate_;
  SequenceUnwrapper unwrapper_;
  std::optional<int64_t> highest_;
  int64_t base_ = 0;                 // the first packet's
  std::optional<uint16_t> confirm_;  // the sequence number that would confirm a jump
  int64_t received_ = 0;             // since base_
  uint64_t received_total_ = 0;
  int64_t expected_prior_ = 0;
  int64_t received_prior_ = 0;
  std::optional<uint32_t> transit_;  // of the last packet, in ticks
  uint32_t last_timestamp_ = 0;
  uint32_t jitter_x16_ = 0;  // ticks, scaled as in A.8
  uint32_t last_sr_ = 0;
  Timestamp last_sr_arrival_;
};

}  // namespace continuo
