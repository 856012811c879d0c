// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/rate.h"
#include "transport/wire/ntp_time.h"
#include "transport/wire/transport_feedback.h"

namespace continuo {

// The sender's half of a sender report, RFC 3550 §6.4.1.
struct SenderInfo {
  Ssrc ssrc;
  NtpTime ntp;
  uint32_t rtp_timestamp = 0;  // the same instant as `ntp`, on the stream's clock
  uint32_t packet_count = 0;
  uint32_t octet_count = 0;
  friend bool operator==(const SenderInfo&, const SenderInfo&) = default;
};

// How one receiver hears one stream, RFC 3550 §6.4.1.
struct ReportBlock {
  Ssrc source;
  uint8_t fraction_lost = 0;    // 1/256, since the last report
  int32_t cumulative_lost = 0;  // 24 bits, signed
  uint32_t extended_highest_sequence = 0;
  uint32_t jitter = 0;               // ticks of the stream's clock
  uint32_t last_sr = 0;              // compact NTP; 0: none heard yet
  uint32_t delay_since_last_sr = 0;  // 1/65536 s
  friend bool operator==(const ReportBlock&, const ReportBlock&) = default;
};

// Generic NACK, RFC 4585 §6.2.1, as the list of packets that it asks for.
struct Nack {
  Ssrc sender;
  Ssrc media;
  std::span<const uint16_t> sequences;
};

// Picture loss indication, RFC 4585 §6.3.1.
struct Pli {
  Ssrc sender;
  Ssrc media;
  friend bool operator==(const Pli&, const Pli&) = default;
};

// Full intra request for one stream, RFC 5104 §4.3.1.
struct Fir {
  Ssrc sender;
  Ssrc media;
  uint8_t command_sequence = 0;  // the same number again is the same request
  friend bool operator==(const Fir&, const Fir&) = default;
};

// Receiver estimated maximum bitrate, draft-alvestrand-rmcat-remb-03. Read, it is at most 2^40.
struct Remb {
  Ssrc sender;
  DataRate bitrate;
  std::span<const Ssrc> media;
};

// Hears what an RTCP packet says, in its order. Whatever is borrowed (spans, text, feedback) is
// valid for the call. Every number is a peer's claim.
class RtcpObserver {
 public:
  virtual ~RtcpObserver() = default;
  virtual void OnSenderInfo(const SenderInfo&) {}
  virtual void OnReportBlock(Ssrc /*reporter*/, const ReportBlock&) {}
  virtual void OnCname(Ssrc, std::string_view /*cname*/) {}
  virtual void OnBye(Ssrc) {}
  virtual void OnNack(const Nack&) {}
  virtual void OnPli(const Pli&) {}
  virtual void OnFir(const Fir&) {}
  virtual void OnRemb(const Remb&) {}
  virtual void OnTransportFeedback(const TransportFeedback&) {}
};

// What became of the packets of one compound: for counters.
struct RtcpTally {
  int understood = 0;
  int ignored = 0;  // well framed, of a type that we don't read (XR, APP, …)
  int malformed = 0;
  friend bool operator==(const RtcpTally&, const RtcpTally&) = default;
};

// A NACK that asks for more than this many packets is cut: a key frame is cheaper than the rest.
inline constexpr size_t kMaxNackedPackets = 512;

// Reads a compound RTCP packet, or a reduced-size one (RFC 5506). When the chain of lengths doesn't
// add up, nothing is delivered and the tally is one malformed packet; what is broken inside one
// packet is skipped and the rest is delivered. Doesn't allocate.
RtcpTally ParseRtcp(ByteView compound, RtcpObserver& observer);

}  // namespace continuo
