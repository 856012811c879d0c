// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/ids.h"

namespace continuo {

// What SRTP has to know of an RTP packet: where the header ends, and what names the packet. The
// rest of the header is for transport/wire to understand, once the packet is known to be authentic.
struct RtpPrefix {
  size_t header_size = 0;  // with CSRCs and header extension
  uint16_t sequence = 0;
  Ssrc ssrc;
};

// Nothing for what is not RTP version 2, or ends before its own header does.
std::optional<RtpPrefix> ReadRtpPrefix(ByteView packet);

inline constexpr size_t kRtcpHeaderSize = 8;  // the part of a compound that stays in the clear

// The SSRC of a compound's first packet; nothing for what is not RTCP version 2.
std::optional<Ssrc> ReadRtcpSsrc(ByteView packet);

}  // namespace continuo
