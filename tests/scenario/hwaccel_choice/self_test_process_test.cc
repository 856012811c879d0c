// SPDX-License-Identifier: Apache-2.0
// A self-test in a process that does what drivers do.
#include "hwaccel/choice/self_test_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace continuo {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const DeviceSpec kSpec{Backend::kVaapi, "/dev/dri/renderD128"};
constexpr TimeDelta kLong = TimeDelta::Seconds(60);
constexpr TimeDelta kShort = TimeDelta::Millis(300);
// A shell's line that says so.
constexpr std::string_view kPasses = "echo '{\"passed\": true, \"driver\": \"soft\"}'\n";

class SelfTestProcessTest : public ::testing::Test {
 protected:
  SelfTestProcessTest() {
    char directory[] = "/tmp/continuo-self-test-XXXXXX";
    EXPECT_NE(::mkdtemp(directory), nullptr);
    directory_ = directory;
  }
  ~SelfTestProcessTest() override {
    // Whatever it did, it was reaped.
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    std::filesystem::remove_all(directory_);
  }

  std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  // A mixer program that is this shell script.
  std::string Program(std::string_view script) const {
    const std::string path = Path("mixer");
    std::ofstream(path) << "#!/bin/sh\n" << script;
    EXPECT_EQ(::chmod(path.c_str(), 0700), 0);
    return path;
  }

  SelfTestReport Run(std::string_view script, TimeDelta deadline = kLong) const {
    auto report = RunSelfTest(Program(script), kSpec, deadline);
    EXPECT_TRUE(report) << ToString(report.error());
    return report.value_or(SelfTestReport{});
  }

  std::string directory_;
};

TEST_F(SelfTestProcessTest, GivesTheReportOfADeviceThatPassed) {
  const SelfTestReport report = Run("echo 'at decode h264'\n" + std::string(kPasses));
  EXPECT_TRUE(report.passed);
  EXPECT_EQ(report.error, "");
  EXPECT_EQ(report.driver, "soft");
}

TEST_F(SelfTestProcessTest, TakesTheDeviceFromTheQuestionAndNotFromTheAnswer) {
  const SelfTestReport report =
      Run("echo '{\"passed\": true, \"device\": \"cpu\", \"path\": \"/dev/zero\"}'\n");
  EXPECT_EQ(report.device, "vaapi:/dev/dri/renderD128");
  EXPECT_EQ(report.backend, "vaapi");
  EXPECT_EQ(report.path, "/dev/dri/renderD128");
}

TEST_F(SelfTestProcessTest, TellsTheProgramWhatToTest) {
  EXPECT_EQ(Run("echo '{\"passed\": true, \"driver\": \"'\"$*\"'\"}'").driver,
            "--self-test vaapi:/dev/dri/renderD128 --stages");
}

TEST_F(SelfTestProcessTest, SaysWhereADriverCrashed) {
  const SelfTestReport report = Run("echo 'at decode h264'\necho 'at compose'\nkill -SEGV $$\n");
  EXPECT_FALSE(report.passed);
  EXPECT_EQ(report.error, "the self-test crashed (SIGSEGV), at compose");
  EXPECT_EQ(Run("kill -ABRT $$\n").error, "the self-test crashed (SIGABRT)");
}

TEST_F(SelfTestProcessTest, BelievesNoProgramThatDoesNotEndWell) {
  EXPECT_EQ(Run(std::string(kPasses) + "kill -SEGV $$\n").error,
            "the self-test crashed (SIGSEGV) after its result");
  EXPECT_EQ(Run(std::string(kPasses) + "exit 3\n").error,
            "the self-test ended with status 3 after its result");
  EXPECT_EQ(Run("echo 'at open'\nexit 3\n").error, "the self-test ended with status 3, at open");
}

TEST_F(SelfTestProcessTest, EndsADriverThatHangsAndSaysWhere) {
  const Timestamp began = MonotonicNow();
  const SelfTestReport report = Run("echo 'at encode vp8'\nexec sleep 100\n", kShort);
  EXPECT_FALSE(report.passed);
  EXPECT_EQ(report.error, "no result within 1 s, at encode vp8");
  EXPECT_GE(MonotonicNow() - began, kShort);
  EXPECT_LT(MonotonicNow() - began, TimeDelta::Seconds(50));
}

TEST_F(SelfTestProcessTest, EndsADriverThatHangsBehindAClosedPipe) {
  EXPECT_EQ(Run(std::string(kPasses) + "exec sleep 100 >/dev/null\n", kShort).error,
            "no result within 1 s");
}

// Running or not, or already gone.
bool Runs(int pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string id, name, state;
  return stat >> id >> name >> state && state != "Z" && state != "X";
}

TEST_F(SelfTestProcessTest, LeavesNothingBehindThatTheDriverStarted) {
  const SelfTestReport report =
      Run("sleep 100 &\necho $! >" + Path("pid") + "\n" + std::string(kPasses));
  EXPECT_TRUE(report.passed) << report.error;  // and did not wait for whoever holds the pipe
  int pid = 0;
  ASSERT_TRUE(std::ifstream(Path("pid")) >> pid);
  // It was sent its signal; the kernel takes it apart in its own time.
  const Timestamp patience = MonotonicNow() + TimeDelta::Seconds(20);
  while (Runs(pid) && MonotonicNow() < patience) std::this_thread::yield();
  EXPECT_FALSE(Runs(pid));
}

TEST_F(SelfTestProcessTest, ReadsNoGarbage) {
  constexpr std::string_view kCannotBeRead = "the self-test's result cannot be read";
  EXPECT_EQ(Run("echo 'libva info: hello'\n").error, kCannotBeRead);
  EXPECT_EQ(Run("true\n").error, kCannotBeRead);
  EXPECT_EQ(Run("echo '{\"passed\": \"yes\"}'\n").error, kCannotBeRead);
  EXPECT_EQ(Run("head -c 1000 /dev/urandom\n").error, kCannotBeRead);
  const SelfTestReport report = Run("printf 'at \\033[2J\\n'\n");
  EXPECT_EQ(report.error, std::string(kCannotBeRead) + ", at ?[2J");
}

TEST_F(SelfTestProcessTest, ListensToNoEndlessTalk) {
  const SelfTestReport report = Run("yes at decode\n");
  EXPECT_FALSE(report.passed);
  EXPECT_EQ(report.error, "the self-test said too much, at decode");
  EXPECT_FALSE(Run("head -c 70000 /dev/zero\necho\n" + std::string(kPasses)).passed);
}

TEST_F(SelfTestProcessTest, SaysThatThereIsNoProgram) {
  const auto missing = RunSelfTest(Path("none"), kSpec, kLong);
  ASSERT_TRUE(missing);
  EXPECT_FALSE(missing->passed);
  EXPECT_THAT(missing->error, StartsWith("cannot run the mixer program: " + Path("none")));
  EXPECT_EQ(missing->device, ToString(kSpec));
  std::ofstream(Path("text")) << "no program";
  const auto text = RunSelfTest(Path("text"), kSpec, kLong);
  ASSERT_TRUE(text);
  EXPECT_THAT(text->error, HasSubstr("Permission denied"));
}

TEST_F(SelfTestProcessTest, RunsSideBySide) {
  const std::string program = Program("echo '{\"passed\": true, \"driver\": \"'$2'\"}'\n");
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&program, i] {
      const DeviceSpec spec{Backend::kVpl, "/dev/dri/renderD" + std::to_string(i)};
      const auto report = RunSelfTest(program, spec, kLong);
      ASSERT_TRUE(report);
      EXPECT_TRUE(report->passed) << report->error;
      EXPECT_EQ(report->driver, ToString(spec));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace continuo
