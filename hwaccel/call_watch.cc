// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/call_watch.h"

#include <algorithm>

#include "base/clock.h"

namespace continuo {
namespace {

// Where a thread looks first: each has a few places to itself, so that it need not search.
size_t FirstPlace() {
  constexpr size_t kPlacesPerThread = 8;
  static std::atomic<size_t> threads{0};
  thread_local const size_t thread = threads.fetch_add(1, std::memory_order_relaxed);
  return thread * kPlacesPerThread;
}

}  // namespace

std::atomic<int64_t>* CallWatch::Begin() {
  const int64_t now_us = MonotonicNow().us();
  const size_t first = FirstPlace();
  for (size_t i = 0; i < kMaxCalls; ++i) {
    std::atomic<int64_t>& place = began_us_[(first + i) % kMaxCalls];
    int64_t free = 0;
    if (place.compare_exchange_strong(free, now_us, std::memory_order_acquire)) return &place;
  }
  return nullptr;
}

std::optional<Timestamp> CallWatch::Oldest() const {
  std::optional<Timestamp> oldest;
  for (const std::atomic<int64_t>& place : began_us_) {
    const int64_t began_us = place.load(std::memory_order_relaxed);
    if (began_us == 0) continue;
    const Timestamp began = Timestamp::Micros(began_us);
    oldest = oldest ? std::min(*oldest, began) : began;
  }
  return oldest;
}

}  // namespace continuo
