// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace continuo {

// A count that only grows. Any thread may add; adding is one relaxed atomic instruction.
class Counter {
 public:
  void Add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// A value that goes up and down.
class Gauge {
 public:
  void Set(int64_t v) { value_.store(v, std::memory_order_relaxed); }
  void Add(int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// How long things took, in buckets fit for frames. Any thread may observe.
class DurationHistogram {
 public:
  // Upper bounds, in milliseconds; one more bucket holds the rest.
  static constexpr std::array<int, 12> kBoundsMs{1, 2, 4, 8, 12, 16, 20, 25, 33, 50, 100, 200};

  void Observe(TimeDelta duration) {
    size_t bucket = 0;
    while (bucket < kBoundsMs.size() && duration > TimeDelta::Millis(kBoundsMs[bucket])) ++bucket;
    buckets_[bucket].Add();
    sum_us_.Add(static_cast<uint64_t>(duration.us() < 0 ? 0 : duration.us()));
  }
  // Adds what another process observed.
  void AddBucket(size_t bucket, uint64_t n) { buckets_[bucket].Add(n); }
  void AddSum(TimeDelta sum) { sum_us_.Add(static_cast<uint64_t>(sum.us())); }

  uint64_t bucket(size_t i) const { return buckets_[i].value(); }
  TimeDelta sum() const { return TimeDelta::Micros(static_cast<int64_t>(sum_us_.value())); }

 private:
  std::array<Counter, kBoundsMs.size() + 1> buckets_;
  Counter sum_us_;
};

}  // namespace continuo
