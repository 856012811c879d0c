// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"

namespace continuo {

// The largest Opus payload that we send or accept: RFC 6716 §3.4 bounds a frame at 1275 bytes.
inline constexpr size_t kMaxAudioPayload = 1275;

// One Opus RTP payload of one participant, as it arrived: reordering, waiting and concealment are
// the jitter buffer's, beside the decoder. `payload` is borrowed for the call.
struct AudioPacket {
  int64_t sequence = 0;       // unwrapped to 64 bits
  int64_t rtp_timestamp = 0;  // unwrapped to 64 bits, 48 kHz ticks of the sender's clock
  Timestamp arrival;
  ByteView payload;
};

}  // namespace continuo
