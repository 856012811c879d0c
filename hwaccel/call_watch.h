// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace continuo {

// Knows which calls into a device are under way, and since when, so that somebody who is not in one
// can tell when a driver hangs (HangDetector). It cannot end a call: nothing can, but the process's
// end. Any thread; a call costs a clock reading and two atomic operations.
class CallWatch {
 public:
  // A call lasts from the making of this to its destruction, on one thread; calls may be made in
  // calls. With no watch it is none: work on the CPU takes its time, and ends.
  class Call {
   public:
    explicit Call(CallWatch* watch) : began_us_(watch == nullptr ? nullptr : watch->Begin()) {}
    ~Call() {
      if (began_us_ != nullptr) began_us_->store(0, std::memory_order_release);
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    std::atomic<int64_t>* const began_us_;
  };

  // When the oldest of the calls that are still under way began; nothing when there is none.
  std::optional<Timestamp> Oldest() const;

 private:
  // Many more than there are threads in a mixer, times the calls that are within calls.
  static constexpr size_t kMaxCalls = 1024;

  // Null when there are kMaxCalls: one more is not watched.
  std::atomic<int64_t>* Begin();

  std::array<std::atomic<int64_t>, kMaxCalls> began_us_{};  // 0: none is under way here
};

}  // namespace continuo
