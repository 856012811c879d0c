// SPDX-License-Identifier: Apache-2.0
#include "base/task_runner.h"

#include "base/check.h"

namespace continuo {

ThreadPool::ThreadPool(size_t workers) {
  threads_.reserve(workers);
  for (size_t i = 0; i < workers; ++i) threads_.emplace_back([this] { Work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_or_stop_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::RunAll(std::span<Task* const> tasks) {
  if (tasks.empty()) return;
  std::unique_lock lock(mutex_);
  CONTINUO_CHECK(pending_ == 0);
  tasks_ = tasks;
  next_ = 0;
  pending_ = tasks.size();
  // The caller takes one itself: a single task wakes nobody.
  for (size_t i = 1; i < tasks.size() && i <= threads_.size(); ++i) work_or_stop_.notify_one();
  while (RunOne(lock)) {
  }
  all_done_.wait(lock, [this] { return pending_ == 0; });
  tasks_ = {};
}

bool ThreadPool::RunOne(std::unique_lock<std::mutex>& lock) {
  if (next_ >= tasks_.size()) return false;
  Task* const task = tasks_[next_++];
  lock.unlock();
  task->Run();
  lock.lock();
  if (--pending_ == 0) all_done_.notify_one();
  return true;
}

void ThreadPool::Work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!RunOne(lock)) {
      work_or_stop_.wait(lock, [this] { return stopping_ || next_ < tasks_.size(); });
    }
  }
}

}  // namespace continuo
