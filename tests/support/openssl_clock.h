// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/time.h>

#include "base/time.h"

// OpenSSL 3.0 asks gettimeofday() when a DTLS flight is to be repeated. A test program that
// includes this header answers instead of the C library: libssl finds the program's function first.
// So virtual time drives DTLS as it drives everything else. Set() it to the `now` of the test,
// always.
namespace continuo {

class OpenSslClock {
 public:
  static void Set(Timestamp now) { now_ = now; }
  static Timestamp now() { return now_; }

 private:
  inline static thread_local Timestamp now_;
};

}  // namespace continuo

extern "C" __attribute__((used, visibility("default"))) inline int gettimeofday(timeval* time,
                                                                                void*) noexcept {
  constexpr long kEpoch = 1'790'000'000;  // a believable date
  const int64_t us = continuo::OpenSslClock::now().us();
  time->tv_sec = kEpoch + us / 1'000'000;
  time->tv_usec = us % 1'000'000;
  return 0;
}
