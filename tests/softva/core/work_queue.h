// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "softva/core/buffer.h"
#include "softva/core/surface.h"

namespace softva {

// One piece of the device's work: a picture decoded, composed or encoded.
struct Job {
  std::function<VAStatus()> run;
  std::vector<std::shared_ptr<Surface>> reads;
  std::vector<std::shared_ptr<Surface>> writes;
  std::shared_ptr<Buffer> coded;
};

// The device's work. Each piece has a ticket, in the order of submission, that its surfaces and its
// coded buffer carry.
//
// Synchronous: work is done in the thread that hands it over, works of different contexts side by
// side. Asynchronous: a worker does it, in order, and only as far as somebody waits for. So a
// program that doesn't wait finds what was there before, every time and not by bad luck. Any
// thread.
class WorkQueue {
 public:
  explicit WorkQueue(bool asynchronous);
  ~WorkQueue();

  // What came of it; asynchronously always success, and then the surfaces that it writes know.
  VAStatus Submit(Job job);

  bool Done(uint64_t ticket) const;
  // Lets the worker come as far as this.
  void Request(uint64_t ticket);
  // And waits for it; false where that takes longer.
  bool Wait(uint64_t ticket, uint64_t timeout_ns = VA_TIMEOUT_INFINITE);

 private:
  struct Entry {
    uint64_t ticket = 0;
    Job job;
  };

  void Work();

  const bool asynchronous_;
  mutable std::mutex mutex_;  // over all below
  std::condition_variable changed_;
  std::deque<Entry> entries_;
  uint64_t submitted_ = 0;
  uint64_t requested_ = 0;
  uint64_t done_ = 0;
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace softva
