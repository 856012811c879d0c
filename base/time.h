// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace continuo {

// A span of time, in whole microseconds. May be negative.
class TimeDelta {
 public:
  constexpr TimeDelta() = default;
  static constexpr TimeDelta Micros(int64_t us) { return TimeDelta(us); }
  static constexpr TimeDelta Millis(int64_t ms) { return TimeDelta(ms * 1000); }
  static constexpr TimeDelta Seconds(int64_t s) { return TimeDelta(s * 1'000'000); }
  static constexpr TimeDelta Infinite() { return TimeDelta(INT64_MAX); }

  constexpr int64_t us() const { return us_; }
  constexpr int64_t ms() const { return us_ / 1000; }
  constexpr double seconds() const { return static_cast<double>(us_) / 1e6; }

  friend constexpr auto operator<=>(TimeDelta, TimeDelta) = default;
  friend constexpr TimeDelta operator+(TimeDelta a, TimeDelta b) {
    return TimeDelta(a.us_ + b.us_);
  }
  friend constexpr TimeDelta operator-(TimeDelta a, TimeDelta b) {
    return TimeDelta(a.us_ - b.us_);
  }
  friend constexpr TimeDelta operator-(TimeDelta a) { return TimeDelta(-a.us_); }
  friend constexpr TimeDelta operator*(TimeDelta a, int64_t k) { return TimeDelta(a.us_ * k); }
  friend constexpr TimeDelta operator/(TimeDelta a, int64_t k) { return TimeDelta(a.us_ / k); }
  friend constexpr int64_t operator/(TimeDelta a, TimeDelta b) { return a.us_ / b.us_; }
  constexpr TimeDelta& operator+=(TimeDelta b) { return us_ += b.us_, *this; }
  constexpr TimeDelta& operator-=(TimeDelta b) { return us_ -= b.us_, *this; }

 private:
  explicit constexpr TimeDelta(int64_t us) : us_(us) {}
  int64_t us_ = 0;
};

// A point on the machine's monotonic clock, in microseconds. CLOCK_MONOTONIC is one clock for all
// processes of the machine, so a Timestamp may cross the link. Never wall-clock time.
class Timestamp {
 public:
  constexpr Timestamp() = default;
  static constexpr Timestamp Micros(int64_t us) { return Timestamp(us); }
  static constexpr Timestamp Millis(int64_t ms) { return Timestamp(ms * 1000); }
  static constexpr Timestamp Infinite() { return Timestamp(INT64_MAX); }

  constexpr int64_t us() const { return us_; }
  constexpr bool IsInfinite() const { return us_ == INT64_MAX; }

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, TimeDelta d) {
    return Timestamp(t.us_ + d.us());
  }
  friend constexpr Timestamp operator-(Timestamp t, TimeDelta d) {
    return Timestamp(t.us_ - d.us());
  }
  friend constexpr TimeDelta operator-(Timestamp a, Timestamp b) {
    return TimeDelta::Micros(a.us_ - b.us_);
  }
  constexpr Timestamp& operator+=(TimeDelta d) { return us_ += d.us(), *this; }

 private:
  explicit constexpr Timestamp(int64_t us) : us_(us) {}
  int64_t us_ = 0;
};

}  // namespace continuo
