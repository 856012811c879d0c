// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/time.h"
#include "transport/session/negotiation.h"
#include "transport/wire/rtcp.h"

namespace continuo {

class ReceiveSide;
class SecurePath;
class SendSide;

// What one session says in RTCP: reports about once a second (RFC 3550 §6.2 with the reduced
// minimum, randomised by half), and feedback at once (RFC 4585), in reduced-size packets where
// those were agreed on (RFC 5506). Decides when to report; what, it is told.
class RtcpSender {
 public:
  static constexpr TimeDelta kInterval = TimeDelta::Millis(1000);

  // All outlive it.
  RtcpSender(const LocalDescription& local, const NegotiatedMedia& media, SecurePath& path,
             uint64_t seed);

  // Reports begin now.
  void Start(Timestamp now);
  Timestamp NextDeadline() const { return next_report_; }
  void SendReports(const SendSide& send, ReceiveSide& receive, Timestamp now);

  // Feedback about one of the peer's streams.
  void SendNack(Ssrc media, std::span<const uint16_t> sequences);
  void SendPli(Ssrc media);
  void SendBye();
  // Feedback that somebody else writes: `write` appends it to a ByteWriter, or returns false.
  template <typename Write>
  bool SendFeedback(Write write) {
    uint8_t buffer[kMaxCompound];
    ByteWriter out(buffer);
    BeginFeedback(out);
    if (!write(out)) return false;
    Transmit(out.written());
    return true;
  }

  // Who our feedback comes from: an SSRC of ours, whether we send on it or not.
  Ssrc ssrc() const { return ssrc_; }

 private:
  static constexpr size_t kMaxCompound = 1100;  // leaves room for SRTCP in 1200 bytes

  void BeginFeedback(ByteWriter& out) const;
  void Transmit(ByteView compound);
  void Schedule(Timestamp now);

  const LocalDescription& local_;
  const bool reduced_size_;
  SecurePath& path_;
  const Ssrc ssrc_;
  Prng jitter_;
  Timestamp next_report_ = Timestamp::Infinite();
};

}  // namespace continuo
