// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace continuo {

// How one session is doing, for whoever shows it to the operator. Counts are since the start; what
// the peer reports is its claim.
struct SessionStats {
  uint64_t packets_sent = 0;  // RTP, retransmissions included
  uint64_t bytes_sent = 0;    // of datagrams that carry RTP
  uint64_t packets_received = 0;
  uint64_t bytes_received = 0;
  uint64_t bad_packets = 0;  // media that failed its tag, was replayed, or came from elsewhere
  // By the peer's last reports about our sound and our picture: 0 to 1.
  std::optional<double> audio_loss;
  std::optional<double> video_loss;
  std::optional<TimeDelta> round_trip;
};

}  // namespace continuo
