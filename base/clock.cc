// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

namespace continuo {

Timestamp MonotonicNow() {
  timespec ts{};
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return Timestamp::Micros(int64_t{ts.tv_sec} * 1'000'000 + ts.tv_nsec / 1000);
}

int64_t UnixSeconds() { return std::time(nullptr); }

}  // namespace continuo
