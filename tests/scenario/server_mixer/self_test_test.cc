// SPDX-License-Identifier: Apache-2.0
// continuo-mixer tests a GPU: the driver in software, whole and with faults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "hwaccel/choice/self_test_process.h"

namespace continuo {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kNode = "/dev/dri/renderD128";
constexpr TimeDelta kPatience = TimeDelta::Seconds(100);

bool IsSet(const char* variable, std::string_view value) {
  const char* const set = std::getenv(variable);
  return set != nullptr && set == value;
}

SelfTestReport Examine(Backend backend, TimeDelta deadline = kPatience) {
  const auto report = RunSelfTest(CONTINUO_MIXER, {backend, kNode}, deadline);
  EXPECT_TRUE(report) << ToString(report.error());
  return report.value_or(SelfTestReport{});
}

// The same with a fault of the driver.
SelfTestReport ExamineWith(const char* fault, TimeDelta deadline = kPatience) {
  ::setenv("SOFTVA_FAULT", fault, 1);
  SelfTestReport report = Examine(Backend::kVaapi, deadline);
  ::unsetenv("SOFTVA_FAULT");
  return report;
}

void ExpectAllOf(const SelfTestReport& report) {
  EXPECT_TRUE(report.passed) << ReasonOf(report);
  for (const char* name : {"decode vp8", "decode h264", "compose 25 tiles", "plates on 25 tiles",
                           "draw one tile again", "canvas at other sizes", "encode h264",
                           "rate change of h264", "pictures stay on the device"}) {
    EXPECT_THAT(report.checks, Contains(Field(&SelfTestCheck::name, name)));
  }
  for (const SelfTestCheck& check : report.checks) {
    // No GPU has a VP8 encoder worth the name.
    const bool skipped = check.name == "encode vp8";
    EXPECT_EQ(check.verdict, skipped ? Verdict::kSkipped : Verdict::kPassed) << check.name;
    if (check.name.starts_with("decode")) {
      EXPECT_EQ(check.detail, "36 pictures, bit-exact");
    }
  }
  EXPECT_THAT(report.driver, Not(IsEmpty()));
}

TEST(SelfTestOfAGpu, PassesThroughVaApi) { ExpectAllOf(Examine(Backend::kVaapi)); }

TEST(SelfTestOfAGpu, PassesThroughOneVplWhereItIsIntels) {
  const SelfTestReport report = Examine(Backend::kVpl);
  if (IsSet("SOFTVA_PERSONALITY", "intel")) return ExpectAllOf(report);
  EXPECT_FALSE(report.passed);
  EXPECT_THAT(report.error, StartsWith("open: "));
}

TEST(SelfTestOfAGpu, IsNotOfAGpuThatIsNotThere) {
  const auto report =
      RunSelfTest(CONTINUO_MIXER, {Backend::kVaapi, "/dev/dri/renderD200"}, kPatience);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->passed);
  EXPECT_THAT(report->error, StartsWith("open: "));
}

TEST(SelfTestOfAGpu, NamesTheStageInWhichADeviceIsLost) {
  EXPECT_THAT(ReasonOf(ExamineWith("EndPicture:20:lost")), StartsWith("decode vp8: "));
  EXPECT_THAT(ReasonOf(ExamineWith("EndPicture:120:lost")),
              MatchesRegex("(compose|plates|draw) .*"));
  EXPECT_THAT(ReasonOf(ExamineWith("EndPicture:400:lost")), MatchesRegex("encode h264: .*"));
}

TEST(SelfTestOfAGpu, FailsWhenACallFails) {
  for (const char* fault : {"CreateContext:1:fail", "CreateSurfaces2:12:fail", "EndPicture:20:fail",
                            "EndPicture:120:fail", "SyncSurface:50:fail"}) {
    const SelfTestReport report = ExamineWith(fault);
    EXPECT_FALSE(report.passed) << fault;
    EXPECT_FALSE(ReasonOf(report).empty());
  }
}

TEST(SelfTestOfAGpu, EndsWithADriverThatHangsAndNamesTheStage) {
  // It takes its time: once is enough.
  if (!IsSet("SOFTVA_PERSONALITY", "intel") || !IsSet("SOFTVA_ASYNC", "0")) GTEST_SKIP();
  SelfTestReport report;
  // Where a machine is busy, it takes a while to get there.
  for (int seconds = 5; seconds < 100 && !report.error.ends_with(", at decode vp8"); seconds *= 4) {
    report = ExamineWith("EndPicture:5:hang", TimeDelta::Seconds(seconds));
  }
  EXPECT_THAT(report.error, MatchesRegex("no result within [0-9]+ s, at decode vp8"));
}

}  // namespace
}  // namespace continuo
