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

std::optional<Timestamp> CallWatch::Oldest() {
  const std::lock_guard lock(mutex_);
  std::optional<Timestamp> oldest;
  for (const Slot* const slot : slots_) {
    const int64_t began_us = slot->began_us_.load(std::memory_order_relaxed);
    if (began_us == 0) continue;
    const Timestamp began = Timestamp::Micros(began_us);
    oldest = oldest ? std::min(*oldest, began) : began;
  }
  return oldest;
}

}  // namespace continuo
