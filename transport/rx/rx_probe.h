// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"

namespace continuo {

// What the receiving side counts. One per shard or per process: streams share it.
struct RxProbe {
  Counter packets;
  Counter bytes;               // RTP payload
  Counter malformed;           // payloads that do not parse or that we refuse
  Counter duplicates;          // the same packet again, or one that came too late to matter
  Counter suspect_sequences;   // jumps that RFC 3550 A.1 holds back
  Counter rtx_packets;         // retransmissions taken in
  Counter recovered;           // of those, the ones that filled a hole
  Counter nacks;               // sequence numbers asked for
  Counter lost;                // sequence numbers given up
  Counter plis;                // key frames asked for
  Counter frames;              // whole access units handed on
  Counter key_frames;          // of those
  Counter frames_incomplete;   // access units dropped because a packet is gone
  Counter frames_undecodable;  // access units whole, but after a gap and not a key frame
};

}  // namespace continuo
