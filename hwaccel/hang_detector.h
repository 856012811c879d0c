// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/time.h"

namespace continuo {

// Decides when a call into a device hangs: it has lasted longer than the deadline, and we have been
// awake meanwhile. A machine that was suspended, or a process that got no processor, finds every
// call under way too old when it wakes up; so a call has to be seen at several checks in a row,
// between which whoever is in it has had as much of the machine as we. No clock of its own: it is
// to be asked every interval(). One thread.
class HangDetector {
 public:
  explicit HangDetector(TimeDelta deadline) : deadline_(deadline) {}

  TimeDelta interval() const { return deadline_ / kChecks; }
  // `oldest` is when the oldest call that is under way began.
  bool Hangs(std::optional<Timestamp> oldest, Timestamp now) {
    seen_ = oldest && oldest == oldest_ ? seen_ + 1 : 1;
    oldest_ = oldest;
    return oldest && now - *oldest > deadline_ && seen_ >= kChecks;
  }

 private:
  static constexpr int kChecks = 4;
  const TimeDelta deadline_;
  std::optional<Timestamp> oldest_;
  int seen_ = 0;  // at how many checks in a row
};

}  // namespace continuo
