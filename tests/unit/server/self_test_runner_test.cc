// SPDX-License-Identifier: Apache-2.0
#include "server/self_test_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
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
  const auto release = std::make_shared<std::promise<void>>();
  const auto ended = std::make_shared<std::promise<void>>();
  auto runner = std::make_unique<SelfTestRunner>(
      loop, [release, ended](const DeviceSpec& spec) -> Result<SelfTestReport> {
        release->get_future().wait();
        ended->set_value_at_thread_exit();
        return ReportOn(spec);
      });
  bool heard = false;
  runner->Run(kFirst, [&](const auto&) { heard = true; });
  runner.reset();
  release->set_value();
  ended->get_future().wait();
  loop.Post([&] { loop.Stop(); });
  loop.Run();
  EXPECT_FALSE(heard);
}

}  // namespace
}  // namespace continuo
