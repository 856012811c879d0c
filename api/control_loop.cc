// SPDX-License-Identifier: Apache-2.0
#include "api/control_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unordered_map>
#include <utility>

#include "base/thread_role.h"

namespace continuo {

namespace asio = boost::asio;

struct ControlLoop::Core {
  struct Watch {
    Watch(asio::io_context& context, std::function<void()> callback)
        : descriptor(context), on_readable(std::move(callback)) {}
    // The descriptor is the caller's: never close it.
    ~Watch() { descriptor.release(); }
    asio::posix::stream_descriptor descriptor;
    std::function<void()> on_readable;
  };

  // `watch` is shared with the wait in flight, so that Unwatch() may be called from the callback.
  void WaitForReadable(int fd, const std::shared_ptr<Watch>& watch) {
    watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                 [this, fd, watch](boost::system::error_code error) {
                                   const auto it = watches.find(fd);
                                   if (error || it == watches.end() || it->second != watch) return;
                                   watch->on_readable();
                                   const auto after = watches.find(fd);
                                   if (after == watches.end() || after->second != watch) return;
                                   WaitForReadable(fd, watch);
                                 });
  }

  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  std::unordered_map<TimerId, asio::steady_timer> timers;
  std::unordered_map<int, std::shared_ptr<Watch>> watches;
  TimerId next_timer = 1;
};

ControlLoop::ControlLoop() : core_(std::make_unique<Core>()) {}

ControlLoop::~ControlLoop() = default;

void ControlLoop::Post(std::function<void()> work) { asio::post(core_->context, std::move(work)); }

ControlLoop::TimerId ControlLoop::CallAfter(TimeDelta delay, std::function<void()> callback) {
  const TimerId id = core_->next_timer++;
  auto& timer = core_->timers.emplace(id, core_->context).first->second;
  timer.expires_after(std::chrono::microseconds(delay.us()));
  timer.async_wait([this, id, run = std::move(callback)](boost::system::error_code) {
    // A timer that fired just before it was cancelled is cancelled too: the table decides.
    if (core_->timers.erase(id) > 0) run();
  });
  return id;
}

void ControlLoop::Cancel(TimerId id) { core_->timers.erase(id); }

Status ControlLoop::WatchReadable(int fd, std::function<void()> on_readable) {
  auto watch = std::make_shared<Core::Watch>(core_->context, std::move(on_readable));
  boost::system::error_code error;
  watch->descriptor.assign(fd, error);
  if (error) {
    return Fail(ErrorCode::kInternal, "The control loop cannot watch a descriptor", error.message(),
                error.value());
  }
  core_->watches[fd] = watch;
  core_->WaitForReadable(fd, watch);
  return {};
}

void ControlLoop::Unwatch(int fd) {
  const auto it = core_->watches.find(fd);
  if (it == core_->watches.end()) return;
  // The wait in flight still holds the Watch; let go of the descriptor now, before the caller
  // closes it.
  it->second->descriptor.release();
  core_->watches.erase(it);
}

void ControlLoop::Run() {
  kControlThread.Enter();
  core_->context.run();
}

void ControlLoop::Stop() { core_->context.stop(); }

boost::asio::io_context& ControlLoop::context() { return core_->context; }

}  // namespace continuo
