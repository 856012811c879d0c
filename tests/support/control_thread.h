// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

#include "api/control_loop.h"

namespace continuo {

// A control loop on a thread of its own, and a way to run something there and wait for it.
class ControlThread {
 public:
  ControlThread() : thread_([this] { loop_.Run(); }) {}
  ~ControlThread() { Stop(); }

  ControlLoop& loop() { return loop_; }

  template <typename Work>
  auto Do(Work work) {
    if (!thread_.joinable()) return work();  // the loop has ended: this thread is as good
    auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Work>()>>(std::move(work));
    auto done = task->get_future();
    loop_.Post([task] { (*task)(); });
    return done.get();
  }

  // The loop ends as soon as what it is doing is done.
  void Stop() {
    if (!thread_.joinable()) return;
    loop_.Stop();
    thread_.join();
  }

 private:
  ControlLoop loop_;
  std::thread thread_;
};

}  // namespace continuo
