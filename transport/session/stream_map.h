// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "transport/session/negotiation.h"
#include "transport/wire/rtp_header.h"

namespace continuo {

// What an incoming RTP packet is, by the agreement.
enum class IncomingStream : uint8_t { kAudio, kVideo, kVideoRtx };
inline constexpr size_t kIncomingStreamCount = 3;

// Tells which negotiated stream an SSRC is (RFC 8843 §9.2): announced in the SDP, or told by the
// MID of a packet, or by its payload type. One SSRC per stream at a time; another takes over once
// the present one has said BYE or been silent for kSilence, so that two can't be mixed up and a
// sender that starts anew is heard. Sees authentic packets only. Fixed size.
class StreamMap {
 public:
  static constexpr TimeDelta kSilence = TimeDelta::Millis(1000);

  explicit StreamMap(const NegotiatedMedia& media);

  std::optional<IncomingStream> Classify(const RtpPacket& packet, Timestamp now);
  // Whose reports these are; nothing for an SSRC that is not in use.
  std::optional<IncomingStream> Find(Ssrc ssrc) const;
  std::optional<Ssrc> SsrcOf(IncomingStream stream) const;
  void OnBye(Ssrc ssrc);

 private:
  struct Current {
    std::optional<Ssrc> ssrc;
    std::optional<Timestamp> last_packet;  // nothing: it may be replaced
  };

  std::optional<IncomingStream> ByPayloadType(const RtpPacket& packet) const;
  bool MidAllows(const RtpPacket& packet, IncomingStream stream) const;
  Current& At(IncomingStream stream) { return current_[static_cast<size_t>(stream)]; }

  const NegotiatedMedia& media_;
  Current current_[kIncomingStreamCount];
};

}  // namespace continuo
