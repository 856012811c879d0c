// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"

namespace continuo {

// What the sending side counts. One per shard or per process: streams share it.
struct TxProbe {
  Counter packets;  // all RTP packets, retransmissions included
  Counter bytes;    // RTP payload
  Counter frames;
  Counter key_frames;       // of those
  Counter frames_withheld;  // deltas not sent because the endpoint waits for a key frame
  Counter frames_dropped;   // queued, then dropped because the queue was full or too slow
  Counter nacks;            // sequence numbers that peers asked for
  Counter retransmissions;
  Counter nacks_too_soon;     // asked again before the last copy could have arrived
  Counter nacks_too_old;      // no longer in the history
  Counter nacks_over_budget;  // refused: retransmissions would have crowded out the media
  Counter plis;               // requests for a key frame
};

}  // namespace continuo
