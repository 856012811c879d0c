// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/time.h"

namespace continuo {

// Decides when one stream's sender is asked for a key frame: at once when first wanted, then again
// until it comes, but never more often than kMinInterval nor before the answer to the last request
// could be here. A sender that is silent is asked rarely: a paused camera owes us nothing.
class KeyFrameRequester {
 public:
  static constexpr TimeDelta kMinInterval = TimeDelta::Millis(300);
  static constexpr TimeDelta kSilentInterval = TimeDelta::Seconds(2);

  void Want(Timestamp now);
  void OnPacket() { heard_ = true; }
  void OnKeyFrame() { wanted_ = false; }
  bool wanted() const { return wanted_; }

  // True when a request is to be sent now; it is then taken as sent.
  bool TakeDue(Timestamp now, TimeDelta rtt);
  Timestamp NextDeadline(TimeDelta rtt) const;

 private:
  bool wanted_ = false;
  bool heard_ = false;  // since the last request
  Timestamp wanted_since_;
  std::optional<Timestamp> last_request_;
};

}  // namespace continuo
