// SPDX-License-Identifier: Apache-2.0
#include "tests/support/openssl_clock.h"

#include <sys/time.h>

namespace continuo {
namespace {

thread_local Timestamp virtual_now;

}  // namespace

void OpenSslClock::Set(Timestamp now) { virtual_now = now; }

}  // namespace continuo

// Not inline: ThreadSanitizer brings a weak one of its own, which only a strong one replaces.
extern "C" __attribute__((visibility("default"))) int gettimeofday(timeval* time, void*) noexcept {
  constexpr long kEpoch = 1'790'000'000;  // a believable date
  const int64_t us = continuo::virtual_now.us();
  time->tv_sec = kEpoch + us / 1'000'000;
  time->tv_usec = us % 1'000'000;
  return 0;
}
