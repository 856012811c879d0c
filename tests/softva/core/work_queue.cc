// SPDX-License-Identifier: Apache-2.0
#include "softva/core/work_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace softva {
namespace {

// So much work waits for somebody to want its result; then the device does it all the same.
constexpr size_t kMaxWaiting = 256;

void MarkSubmitted(const Job& job, uint64_t ticket) {
  for (const auto& surface : job.writes) surface->use().written = ticket;
  for (const auto& surface : job.reads) surface->use().read = ticket;
  if (job.coded != nullptr) job.coded->SetTicket(ticket);
}

VAStatus RunJob(const Job& job) {
  const VAStatus status = job.run();
  for (const auto& surface : job.writes) surface->use().status = status;
  if (status != VA_STATUS_SUCCESS && job.coded != nullptr) job.coded->SetBroken();
  return status;
}

}  // namespace

WorkQueue::WorkQueue(bool asynchronous) : asynchronous_(asynchronous) {
  if (asynchronous_) worker_ = std::thread([this] { Work(); });
}

WorkQueue::~WorkQueue() {
  if (!asynchronous_) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

VAStatus WorkQueue::Submit(Job job) {
  std::unique_lock lock(mutex_);
  MarkSubmitted(job, ++submitted_);
  if (asynchronous_) {
    entries_.push_back({submitted_, std::move(job)});
    lock.unlock();
    changed_.notify_all();
    return VA_STATUS_SUCCESS;
  }
  lock.unlock();
  return RunJob(job);
}

bool WorkQueue::Done(uint64_t ticket) const {
  const std::lock_guard lock(mutex_);
  return !asynchronous_ || ticket <= done_;
}

void WorkQueue::Request(uint64_t ticket) {
  {
    const std::lock_guard lock(mutex_);
    requested_ = std::max(requested_, ticket);
  }
  changed_.notify_all();
}

bool WorkQueue::Wait(uint64_t ticket, uint64_t timeout_ns) {
  if (!asynchronous_) return true;
  Request(ticket);
  std::unique_lock lock(mutex_);
  const auto done = [&] { return ticket <= done_; };
  if (timeout_ns == VA_TIMEOUT_INFINITE) {
    changed_.wait(lock, done);
    return true;
  }
  // Waiting longer than a day would overflow the clock.
  const std::chrono::nanoseconds timeout(std::min<uint64_t>(timeout_ns, 86'400'000'000'000));
  return changed_.wait_for(lock, timeout, done);
}

void WorkQueue::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] {
      const bool wanted = !entries_.empty() &&
                          (entries_.front().ticket <= requested_ || entries_.size() > kMaxWaiting);
      return stopping_ || wanted;
    });
    if (stopping_) return;
    const Entry entry = std::move(entries_.front());
    entries_.pop_front();
    lock.unlock();
    RunJob(entry.job);
    lock.lock();
    done_ = entry.ticket;
    changed_.notify_all();
  }
}

}  // namespace softva
