// SPDX-License-Identifier: Apache-2.0
#include "base/task_runner.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <vector>

namespace continuo {
namespace {

class CountingTask final : public Task {
 public:
  void Run() override { ++runs; }
  int runs = 0;
};

std::vector<Task*> Pointers(std::vector<CountingTask>& tasks) {
  std::vector<Task*> pointers;
  for (CountingTask& task : tasks) pointers.push_back(&task);
  return pointers;
}

class AnyPool : public testing::TestWithParam<size_t> {};

TEST_P(AnyPool, RunsEveryTaskOnceBeforeItReturns) {
  ThreadPool pool(GetParam());
  std::vector<CountingTask> tasks(7);
  const auto pointers = Pointers(tasks);
  for (int round = 1; round <= 1000; ++round) {
    const size_t count = static_cast<size_t>(round) % (tasks.size() + 1);
    for (CountingTask& task : tasks) task.runs = 0;
    pool.RunAll(std::span(pointers).first(count));
    for (size_t i = 0; i < tasks.size(); ++i) ASSERT_EQ(tasks[i].runs, i < count ? 1 : 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, AnyPool, testing::Values(0, 1, 3));

// Ends only when another of its kind has begun: needs two at the same time.
class MeetingTask final : public Task {
 public:
  explicit MeetingTask(std::atomic<int>& arrived) : arrived_(arrived) {}
  void Run() override {
    ++arrived_;
    arrived_.notify_all();
    for (int seen = arrived_; seen < 2; seen = arrived_) arrived_.wait(seen);
  }

 private:
  std::atomic<int>& arrived_;
};

TEST(ThreadPool, RunsTasksAtTheSameTime) {
  ThreadPool pool(1);
  std::atomic<int> arrived = 0;
  MeetingTask alice(arrived), bob(arrived);
  const std::array<Task*, 2> tasks{&alice, &bob};
  pool.RunAll(tasks);
  EXPECT_EQ(arrived, 2);
}

TEST(InlineTaskRunner, RunsEveryTaskInOrder) {
  std::vector<CountingTask> tasks(3);
  const auto pointers = Pointers(tasks);
  InlineTaskRunner().RunAll(pointers);
  for (const CountingTask& task : tasks) EXPECT_EQ(task.runs, 1);
}

}  // namespace
}  // namespace continuo
