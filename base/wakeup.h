// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"

namespace continuo {

// Lets one thread sleep until a time or until another thread has something for it. No locks, no
// allocation; signals given while the thread is awake are not lost, and many count as one.
class Wakeup {
 public:
  static Result<Wakeup> Create();
  Wakeup(Wakeup&& other) noexcept;

  // Any thread.
  void Signal();
  // The one sleeping thread. Returns at `until` or after a Signal(), whichever comes first.
  void WaitUntil(Timestamp until);

 private:
  explicit Wakeup(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
  std::atomic<bool> signalled_{false};
};

}  // namespace continuo
