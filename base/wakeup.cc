// SPDX-License-Identifier: Apache-2.0
#include "base/wakeup.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <ctime>

#include "base/clock.h"

namespace continuo {

Result<Wakeup> Wakeup::Create() {
  UniqueFd fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return FailErrno(ErrorCode::kUnavailable, "cannot create an eventfd");
  return Wakeup(std::move(fd));
}

Wakeup::Wakeup(Wakeup&& other) noexcept
    : fd_(std::move(other.fd_)), signalled_(other.signalled_.load()) {}

void Wakeup::Signal() {
  if (signalled_.exchange(true, std::memory_order_acq_rel)) return;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = ::write(fd_.get(), &one, sizeof(one));
}

void Wakeup::WaitUntil(Timestamp until) {
  timespec timeout{};
  if (!until.IsInfinite()) {
    const int64_t us = std::max<int64_t>((until - MonotonicNow()).us(), 0);
    timeout.tv_sec = us / 1'000'000;
    timeout.tv_nsec = us % 1'000'000 * 1000;
  }
  pollfd poll{fd_.get(), POLLIN, 0};
  if (ppoll(&poll, 1, until.IsInfinite() ? nullptr : &timeout, nullptr) <= 0) return;
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t n = ::read(fd_.get(), &count, sizeof(count));
  // Cleared after the read: a signal given in between finds it set and need not write, because we
  // are about to look anyway. An exchange and not a store, for what that signal announced must be
  // seen by the look that follows: a plain store could still sit in the store buffer then.
  signalled_.exchange(false, std::memory_order_acq_rel);
}

}  // namespace continuo
