// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace continuo {

// A voice for measuring: a short beep about three times a second, beginning anywhere in a packet.
// Opus payloads of 20 ms.
Result<std::vector<std::vector<uint8_t>>> MakeBeeps(int seconds);

// A packet of one stream, and when it was sent or received whole.
struct TimedPacket {
  int64_t tick = 0;  // counts packets of 20 ms
  Timestamp time;
  std::vector<uint8_t> opus;
};

// When each beep begins, in what a decoder makes of the packets: a packet's first sample counts as
// heard at the packet's time. Missing packets are concealed.
Result<std::vector<Timestamp>> FindBeeps(const std::vector<TimedPacket>& packets);

}  // namespace continuo
