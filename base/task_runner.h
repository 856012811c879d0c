// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace continuo {

// A piece of work that its owner keeps ready to run again and again.
class Task {
 public:
  virtual ~Task() = default;
  virtual void Run() = 0;
};

// Forks and joins: runs independent tasks, perhaps at the same time, and returns when all are done.
// What the tasks wrote is visible to the caller then. Nothing is allocated per call.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;
  virtual void RunAll(std::span<Task* const> tasks) = 0;
};

// One after the other, on the calling thread: for tests, and for machines with one core.
class InlineTaskRunner final : public TaskRunner {
 public:
  void RunAll(std::span<Task* const> tasks) override {
    for (Task* task : tasks) task->Run();
  }
};

// Runs tasks on a few threads of its own and on the calling one, which never waits while there is a
// task that nobody has begun. One thread at a time may call RunAll(); a task must not.
class ThreadPool final : public TaskRunner {
 public:
  // `workers` threads besides the caller's; 0 is allowed and runs everything inline.
  explicit ThreadPool(size_t workers);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool() override;

  void RunAll(std::span<Task* const> tasks) override;

 private:
  void Work();
  // Runs one task that nobody has begun, if there is one. Holds `lock` on entry and on return.
  bool RunOne(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable work_or_stop_;
  std::condition_variable all_done_;
  std::span<Task* const> tasks_;
  size_t next_ = 0;     // the first task that nobody has begun
  size_t pending_ = 0;  // tasks begun or not, but not done
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace continuo
