// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "api/control_loop.h"
#include "base/time.h"
#include "metrics/counter.h"

namespace continuo {

// Ends mixers without waiting for them. A process that was killed is gone within milliseconds,
// unless it is inside its kernel's driver, which may keep it for ever: it is looked for again every
// second, and counted as unkillable meanwhile. Keeps nothing of a process but its id. Control
// thread only; outlives the processes that it is to end.
class MixerReaper {
 public:
  // `unkillable` shows how many are still there `patience` after they were killed.
  MixerReaper(ControlLoop& loop, Gauge& unkillable, TimeDelta patience = TimeDelta::Seconds(2));
  // Leaves those that are not gone yet to whoever inherits our children.
  ~MixerReaper();
  MixerReaper(const MixerReaper&) = delete;
  MixerReaper& operator=(const MixerReaper&) = delete;

  // Kills a child that nobody has reaped, and reaps it some time. Never blocks.
  void End(pid_t pid);
  // Those that were killed and are not gone yet.
  size_t dying() const { return dying_.size(); }

 private:
  struct Dying {
    pid_t pid;
    Timestamp killed;
    bool unkillable = false;
  };

  void Look();
  void LookLater();
  void Count();

  ControlLoop& loop_;
  Gauge& unkillable_;
  const TimeDelta patience_;
  std::vector<Dying> dying_;
  TimeDelta pause_;
  std::optional<ControlLoop::TimerId> timer_;
};

}  // namespace continuo
