// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/time.h"

namespace continuo {

// Knows which calls into a device are under way, and since when, so that somebody who is not in one
// can tell when a driver hangs (HangDetector). Each object that calls has a slot of its own; a call
// costs a clock reading and two atomic stores. It cannot end a call: nothing can, but the process's
// end.
class CallWatch {
 public:
  // One object's calls, one at a time. Made and destroyed on any thread, before the watch is.
  class Slot {
   public:
    explicit Slot(CallWatch& watch);
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    friend class CallWatch;
    CallWatch& watch_;
    std::atomic<int64_t> began_us_{0};  // 0: none is under way
  };

  // A call lasts from the making of this to its destruction. With no slot it is none: work on the
  // CPU takes its time, and ends.
  class Call {
   public:
    explicit Call(Slot* slot) : slot_(slot) {
      if (slot_ != nullptr) {
        slot_->began_us_.store(MonotonicNow().us(), std::memory_order_relaxed);
      }
    }
    ~Call() {
      if (slot_ != nullptr) slot_->began_us_.store(0, std::memory_order_relaxed);
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Slot* const slot_;
  };

  // When the oldest of the calls that are still under way began; nothing when there is none. Any
  // thread.
  std::optional<Timestamp> Oldest();

 private:
  std::mutex mutex_;
  std::vector<const Slot*> slots_;
};

}  // namespace continuo
