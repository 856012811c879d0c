// SPDX-License-Identifier: Apache-2.0
#include "server/self_test_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace continuo {
namespace {

const DeviceSpec kFirst{Backend::kVaapi, "/dev/dri/renderD128"};
const DeviceSpec kSecond{Backend::kVpl, "/dev/dri/renderD128"};

SelfTestReport ReportOn(const DeviceSpec& spec) {
  SelfTestReport report;
  report.device = ToString(spec);
  return report;
}

TEST(SelfTestRunnerTest, RunsOneAfterTheOtherAndAnswersOnTheLoop) {
  ControlLoop loop;
  std::atomic<int> running{0};
  SelfTestRunner runner(loop, [&](const DeviceSpec& spec) -> Result<SelfTestReport> {
    EXPECT_EQ(running.fetch_add(1), 0);
    running.fetch_sub(1);
    return ReportOn(spec);
  });
  std::vector<std::string> heard;
  runner.Run(kFirst, [&](const auto& result) { heard.push_back(result->device); });
  runner.Run(kSecond, [&](const auto& result) {
    heard.push_back(result->device);
    loop.Stop();
  });
  EXPECT_TRUE(heard.empty());
  loop.Run();
  EXPECT_THAT(heard, ::testing::ElementsAre(ToString(kFirst), ToString(kSecond)));
}

TEST(SelfTestRunnerTest, DoesNotWaitForADriverThatHangs) {
  ControlLoop loop;
  auto hang = std::make_shared<std::latch>(1);
  auto runner = std::make_unique<SelfTestRunner>(
      loop, [hang](const DeviceSpec& spec) -> Result<SelfTestReport> {
        hang->wait();
        return ReportOn(spec);
      });
  bool heard = false;
  runner->Run(kFirst, [&](const auto&) { heard = true; });
  runner.reset();
  hang->count_down();
  const std::weak_ptr<std::latch> in_use = std::exchange(hang, nullptr);
  while (!in_use.expired()) std::this_thread::yield();  // until its thread has let go of all
  loop.Post([&] { loop.Stop(); });
  loop.Run();
  EXPECT_FALSE(heard);
}

}  // namespace
}  // namespace continuo
