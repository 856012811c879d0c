// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/key_frame_requester.h"

#include <algorithm>

namespace continuo {

void KeyFrameRequester::Want(Timestamp now) {
  if (wanted_) return;
  wanted_ = true;
  wanted_since_ = now;
}

Timestamp KeyFrameRequester::NextDeadline(TimeDelta rtt) const {
  if (!wanted_) return Timestamp::Infinite();
  if (!last_request_) return wanted_since_;
  // Wanted anew: only the rate limit holds. Wanted still: the answer needs a round trip, and the
  // sender's encoder a moment.
  if (*last_request_ < wanted_since_) return std::max(wanted_since_, *last_request_ + kMinInterval);
  if (!heard_) return *last_request_ + kSilentInterval;
  return *last_request_ + std::max(kMinInterval, rtt + rtt / 4);
}

bool KeyFrameRequester::TakeDue(Timestamp now, TimeDelta rtt) {
  if (NextDeadline(rtt) > now) return false;
  last_request_ = now;
  heard_ = false;
  return true;
}

}  // namespace continuo
