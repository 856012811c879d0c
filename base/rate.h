// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

#include "base/time.h"

namespace continuo {

// An amount of data, in bytes.
class DataSize {
 public:
  constexpr DataSize() = default;
  static constexpr DataSize Bytes(int64_t n) { return DataSize(n); }
  constexpr int64_t bytes() const { return bytes_; }
  friend constexpr auto operator<=>(DataSize, DataSize) = default;
  friend constexpr DataSize operator+(DataSize a, DataSize b) {
    return DataSize(a.bytes_ + b.bytes_);
  }
  friend constexpr DataSize operator-(DataSize a, DataSize b) {
    return DataSize(a.bytes_ - b.bytes_);
  }
  constexpr DataSize& operator+=(DataSize b) { return bytes_ += b.bytes_, *this; }

 private:
  explicit constexpr DataSize(int64_t n) : bytes_(n) {}
  int64_t bytes_ = 0;
};

// A rate of data, in bits per second.
class DataRate {
 public:
  constexpr DataRate() = default;
  static constexpr DataRate BitsPerSec(int64_t bps) { return DataRate(bps); }
  static constexpr DataRate KilobitsPerSec(int64_t kbps) { return DataRate(kbps * 1000); }
  constexpr int64_t bps() const { return bps_; }
  constexpr int64_t kbps() const { return bps_ / 1000; }
  friend constexpr auto operator<=>(DataRate, DataRate) = default;

 private:
  explicit constexpr DataRate(int64_t bps) : bps_(bps) {}
  int64_t bps_ = 0;
};

constexpr TimeDelta operator/(DataSize size, DataRate rate) {
  return TimeDelta::Micros(size.bytes() * 8 * 1'000'000 / rate.bps());
}
constexpr DataSize operator*(DataRate rate, TimeDelta time) {
  return DataSize::Bytes(rate.bps() * time.us() / 8 / 1'000'000);
}

}  // namespace continuo
