// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/ids.h"

namespace continuo {

inline constexpr size_t kMinRtpHeaderSize = 12;

// What a datagram on our one port is, by its first bytes alone. RFC 7983, and RFC 5761 §4 for
// telling RTCP from RTP. Says nothing about whether the rest is well formed.
enum class DatagramKind : uint8_t { kStun, kDtls, kRtp, kRtcp, kOther };
DatagramKind ClassifyDatagram(ByteView datagram);

// Whether a packet that is RTP or RTCP is RTCP, by its first two bytes.
constexpr bool IsRtcp(ByteView packet) {
  return packet.size() >= 2 && packet[1] >= 192 && packet[1] <= 223;
}

// The fields of an RTP header that a sender chooses. RFC 3550 §5.1.
struct RtpHeader {
  bool marker = false;
  uint8_t payload_type = 0;  // 7 bits
  uint16_t sequence_number = 0;
  uint32_t timestamp = 0;  // ticks of the stream's own clock
  Ssrc ssrc;
  friend constexpr bool operator==(const RtpHeader&, const RtpHeader&) = default;
};

// One header extension element. Its id means what the session's extmap lines say it means.
struct RtpExtension {
  uint8_t id = 0;  // 1 to 14 in the one-byte form, 1 to 255 in the two-byte form
  ByteView value;  // 1 to 16 bytes in the one-byte form, 0 to 255 in the two-byte form
};

enum class RtpExtensionForm : uint8_t { kNone, kOneByte, kTwoByte };

// An RTP packet, taken apart but not copied: every view refers to the bytes that were parsed. Those
// must be plain: in SRTP, where padding and payload are still ciphertext, only RtpHeaderSize()
// tells the truth. RFC 3550 §5.1 and RFC 8285.
struct RtpPacket : RtpHeader {
  uint8_t csrc_count = 0;
  RtpExtensionForm extension_form = RtpExtensionForm::kNone;
  ByteView extension_data;  // all elements, without the "defined by profile" word
  ByteView payload;         // without padding; may be empty (a bandwidth probe)
  uint8_t padding_size = 0;

  // The value of the first element with this id. Elements behind a broken one are not found.
  std::optional<ByteView> Extension(uint8_t id) const;
};

// Nothing when the bytes are no RTP packet: too short, another version, or lengths that don't add
// up. Neither allocates nor fails otherwise.
std::optional<RtpPacket> ParseRtp(ByteView packet);

// Bytes up to the payload: fixed header, CSRCs and extensions. This much of an SRTP packet is sent
// in clear, and it is what AEAD authenticates beside the payload (RFC 7714 §8.2).
std::optional<size_t> RtpHeaderSize(ByteView packet);

// Writes a header with these extensions into `out` and returns its size; 0, with `out` in no
// particular state, when it doesn't fit. Uses the one-byte form where every element allows it and
// the two-byte form otherwise, so negotiate ids of 1 to 14 with whoever didn't ask for more.
// Neither CSRCs nor padding are written: a mixer's CSRCs would tell each endpoint who else talks.
size_t WriteRtpHeader(const RtpHeader& header, std::span<const RtpExtension> extensions,
                      MutableBytes out);

}  // namespace continuo
