// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/call_watch.h"

#include <algorithm>

namespace continuo {

CallWatch::Slot::Slot(CallWatch& watch) : watch_(watch) {
  const std::lock_guard lock(watch_.mutex_);
  watch_.slots_.push_back(this);
}

CallWatch::Slot::~Slot() {
  const std::lock_guard lock(watch_.mutex_);
  std::erase(watch_.slots_, this);
}

TimeDelta CallWatch::Longest(Timestamp now) {
  const std::lock_guard lock(mutex_);
  TimeDelta longest;
  for (const Slot* const slot : slots_) {
    const int64_t began = slot->began_us_.load(std::memory_order_relaxed);
    if (began != 0) longest = std::max(longest, now - Timestamp::Micros(began));
  }
  return longest;
}

}  // namespace continuo
