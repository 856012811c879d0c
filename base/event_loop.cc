// SPDX-License-Identifier: Apache-2.0
#include "base/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/check.h"
#include "base/clock.h"

namespace continuo {

Result<std::unique_ptr<EventLoop>> EventLoop::Create() {
  std::unique_ptr<EventLoop> loop(new EventLoop);
  loop->epoll_.Reset(epoll_create1(EPOLL_CLOEXEC));
  if (!loop->epoll_) return FailErrno(ErrorCode::kUnavailable, "cannot create an epoll instance");
  loop->wake_.Reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!loop->wake_) return FailErrno(ErrorCode::kUnavailable, "cannot create an eventfd");
  EventLoop* raw = loop.get();
  const auto watched = loop->WatchReadable(loop->wake_.get(), [raw] {
    uint64_t count = 0;
    [[maybe_unused]] const ssize_t n = ::read(raw->wake_.get(), &count, sizeof(count));
  });
  if (!watched) return tl::unexpected(watched.error());
  loop->now_ = MonotonicNow();
  return loop;
}

EventLoop::~EventLoop() = default;

Status EventLoop::WatchReadable(int fd, std::function<void()> on_readable) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "cannot watch a descriptor");
  }
  watches_[fd] = std::make_shared<std::function<void()>>(std::move(on_readable));
  return {};
}

void EventLoop::Unwatch(int fd) {
  if (watches_.erase(fd) == 0) return;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::TimerId EventLoop::CallAt(Timestamp when, std::function<void()> callback) {
  const TimerId id{when, next_timer_++};
  timers_.emplace(id, std::move(callback));
  return id;
}

void EventLoop::Cancel(TimerId id) { timers_.erase(id); }

void EventLoop::Post(std::function<void()> work) {
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(work));
  }
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = ::write(wake_.get(), &one, sizeof(one));
}

void EventLoop::Stop() {
  Post([this] { stopped_ = true; });
}

void EventLoop::Run() {
  std::array<epoll_event, 64> events{};
  stopped_ = false;
  Timestamp hook_deadline = hook_ ? hook_(now_ = MonotonicNow()) : Timestamp::Infinite();
  while (!stopped_) {
    const int n = epoll_wait(epoll_.get(), events.data(), events.size(), WaitMillis(hook_deadline));
    CONTINUO_CHECK(n >= 0 || errno == EINTR);
    now_ = MonotonicNow();
    for (int i = 0; i < n; ++i) {
      // An earlier callback of this batch may have removed the watch. The copy keeps the closure
      // alive while it runs, should it remove itself.
      const auto it = watches_.find(events[static_cast<size_t>(i)].data.fd);
      if (it == watches_.end()) continue;
      const auto callback = it->second;
      (*callback)();
    }
    RunPosted();
    RunTimers();
    if (hook_) hook_deadline = hook_(now_);
  }
}

void EventLoop::RunTimers() {
  while (!timers_.empty() && timers_.begin()->first.first <= now_) {
    auto node = timers_.extract(timers_.begin());
    node.mapped()();
  }
}

void EventLoop::RunPosted() {
  std::vector<std::function<void()>> work;
  {
    const std::lock_guard lock(posted_mutex_);
    work.swap(posted_);
  }
  for (auto& item : work) item();
}

int EventLoop::WaitMillis(Timestamp hook_deadline) const {
  const Timestamp due =
      timers_.empty() ? hook_deadline : std::min(hook_deadline, timers_.begin()->first.first);
  if (due.IsInfinite()) return -1;
  const TimeDelta wait = due - MonotonicNow();
  // Rounded up: waking a fraction early would spin until the timer is due.
  return static_cast<int>(std::clamp<int64_t>((wait.us() + 999) / 1000, 0, 60'000));
}

}  // namespace continuo
