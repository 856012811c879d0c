// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"

namespace continuo {

// What SRTP refused, over all endpoints of a shard. A refused packet changes nothing else.
struct SrtpProbe {
  Counter malformed;      // too short, not version 2, SRTCP without its E bit
  Counter auth_failures;  // the tag does not fit: forged, damaged, or another key
  Counter replays;        // seen before, or older than the replay window
  Counter ssrcs_refused;  // authentic, but one SSRC too many
  Counter seal_refused;   // ours: an index that was used already, a packet that does not fit
};

}  // namespace continuo
