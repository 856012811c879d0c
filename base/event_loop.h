// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"

namespace continuo {

// One thread's epoll: descriptors, timers and work posted from elsewhere. Everything but Post() and
// Stop() is for the loop's own thread. Post() takes a short lock and may allocate: it is the way
// for control messages, never for packets or frames, which cross threads through rings. Timers fire
// at or after their time, in order of time; callbacks may add and cancel anything.
class EventLoop {
 public:
  using TimerId = std::pair<Timestamp, uint64_t>;

  static Result<std::unique_ptr<EventLoop>> Create();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Calls `on_readable` while `fd` has something to read. The loop does not own `fd`; Unwatch() it
  // before closing it.
  Status WatchReadable(int fd, std::function<void()> on_readable);
  void Unwatch(int fd);

  TimerId CallAt(Timestamp when, std::function<void()> callback);
  void Cancel(TimerId id);

  // Runs `work` on the loop's thread. From any thread. Work posted after Stop() is dropped unrun
  // when the loop is destroyed.
  void Post(std::function<void()> work);

  // Ends every turn of the loop with `hook`: for what is done once per batch of callbacks, and for
  // deadlines that move too often to be timers. It returns when the next turn has to be at the
  // latest. Costs no allocation per turn.
  void EndEachTurnWith(std::function<Timestamp(Timestamp now)> hook) { hook_ = std::move(hook); }

  void Run();
  void Stop();

  // The time at which the current batch of callbacks began.
  Timestamp now() const { return now_; }

 private:
  EventLoop() = default;
  void RunTimers();
  void RunPosted();
  int WaitMillis(Timestamp hook_deadline) const;

  UniqueFd epoll_;
  UniqueFd wake_;
  std::unordered_map<int, std::shared_ptr<std::function<void()>>> watches_;
  std::map<TimerId, std::function<void()>> timers_;
  std::function<Timestamp(Timestamp)> hook_;
  uint64_t next_timer_ = 1;
  Timestamp now_;
  bool stopped_ = false;

  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace continuo
