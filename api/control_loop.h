// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace continuo {

// The control thread: everything of the control plane (HTTP, the answers of gRPC, rooms) runs here,
// one thing at a time, so none of it needs a lock. Never media. Post() and Stop() are for any
// thread; the rest is for the control thread, or for the thread that sets things up before Run().
// Work that is still posted when the loop is destroyed is dropped unrun.
class ControlLoop {
 public:
  using TimerId = uint64_t;

  ControlLoop();
  ControlLoop(const ControlLoop&) = delete;
  ControlLoop& operator=(const ControlLoop&) = delete;
  ~ControlLoop();

  void Post(std::function<void()> work);

  TimerId CallAfter(TimeDelta delay, std::function<void()> callback);
  // A timer that has fired, or that never was, is no error.
  void Cancel(TimerId id);

  // Calls `on_readable` while `fd` has something to read. The loop does not own `fd`; Unwatch() it
  // before closing it.
  Status WatchReadable(int fd, std::function<void()> on_readable);
  void Unwatch(int fd);

  // Makes the calling thread the control thread (kControlThread) until Stop().
  void Run();
  void Stop();

  // For the other files of this folder.
  boost::asio::io_context& context();

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace continuo
