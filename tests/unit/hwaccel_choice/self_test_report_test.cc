// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/self_test_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace continuo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

SelfTestReport Passed() {
  SelfTestReport report;
  report.device = "vaapi:/dev/dri/renderD128";
  report.backend = "vaapi";
  report.path = "/dev/dri/renderD128";
  report.driver = "Intel iHD driver";
  report.passed = true;
  report.decodes = {"vp8 up to 4096x4096", "h264 up to 4096x4096"};
  report.encodes = {"h264 up to 4096x4096"};
  report.canvas = "4096x4096";
  report.layers_per_pass = 7;
  report.blend = "per pixel";
  report.duration_ms = 812;
  report.checks = {{"decode h264", Verdict::kPassed, 51.25, 40, "dB", ""},
                   {"encode vp8", Verdict::kSkipped, 0, 0, "", "it does not encode vp8"}};
  return report;
}

TEST(SelfTestReport, ComesBackFromItsJson) {
  SelfTestReport report = Passed();
  EXPECT_EQ(SelfTestReportFromJson(ToJson(report)), report);
  report.passed = false;
  report.error = "the device was \"lost\"";
  report.checks.push_back({"compose 4 tiles", Verdict::kFailed, 12.5, 40, "dB", "tile 3"});
  EXPECT_EQ(SelfTestReportFromJson(ToJson(report)), report);
  EXPECT_EQ(SelfTestReportFromJson(ToJson(SelfTestReport{})), SelfTestReport{});
}

TEST(SelfTestReport, IsOneLine) {
  SelfTestReport report = Passed();
  report.driver = "two\nlines";
  report.error = "\x1b[2J\xff";
  report.checks[0].detail = "two\nlines";
  report.checks[0].figure = std::nan("");
  EXPECT_THAT(ToJson(report), Not(HasSubstr("\n")));
  const auto back = SelfTestReportFromJson(ToJson(report));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->driver, "two?lines");
  EXPECT_EQ(back->error, "?[2J?");
  EXPECT_EQ(back->checks[0].figure, 0);
}

TEST(SelfTestReport, SaysInOneLineWhyADeviceIsNotUsed) {
  SelfTestReport report = Passed();
  EXPECT_EQ(ReasonOf(report), "");
  report.passed = false;
  EXPECT_EQ(ReasonOf(report), "the self-test did not pass");
  report.checks[0].verdict = Verdict::kFailed;
  report.checks[0].detail = "12.5 dB, not 40";
  EXPECT_EQ(ReasonOf(report), "decode h264: 12.5 dB, not 40");
  report.error = "no result within 20 s";
  EXPECT_EQ(ReasonOf(report), "no result within 20 s");
}

TEST(SelfTestReport, AFailedCheckOutweighsWhatTheWholeSays) {
  const auto report = SelfTestReportFromJson(
      R"({"passed": true, "checks": [{"name": "decode", "verdict": "failed"}]})");
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->passed);
  EXPECT_FALSE(SelfTestReportFromJson(R"({"passed": true, "error": "lost"})")->passed);
  EXPECT_FALSE(SelfTestReportFromJson(R"({"passed": true, "checks": [{}]})")->passed);
  EXPECT_TRUE(SelfTestReportFromJson(R"({"passed": true, "checks": []})")->passed);
}

TEST(SelfTestReport, TakesNothingThatIsNone) {
  for (const char* text : {"", "libva info", "{}", "[]", "null", "{\"passed\": 1}",
                           "{\"passed\": true", "{\"passed\": true} {\"passed\": true}"}) {
    EXPECT_FALSE(SelfTestReportFromJson(text)) << text;
  }
  EXPECT_FALSE(
      SelfTestReportFromJson("{\"passed\": true" + std::string(kMaxSelfTestJson, ' ') + "}"));
}

TEST(SelfTestReport, KeepsNoMoreThanAReportHas) {
  std::string many = R"({"passed": true, "limits": {"decodes": [)";
  for (int i = 0; i < 1000; ++i) many += R"("vp8",)";
  many += R"("vp8"]}, "checks": [)";
  for (int i = 0; i < 1000; ++i) many += R"({"verdict": "passed"},)";
  many += "{}]}";
  const auto report = SelfTestReportFromJson(many);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->checks, SizeIs(100));
  EXPECT_THAT(report->decodes, SizeIs(20));
}

TEST(SelfTestReport, SurvivesValuesOfTheWrongKind) {
  const auto report = SelfTestReportFromJson(
      R"({"passed": true, "device": 7, "driver": ["a"], "duration_ms": "long", "limits": [],)"
      R"( "checks": {"a": 1}})");
  ASSERT_TRUE(report);
  SelfTestReport nothing;
  nothing.passed = true;
  EXPECT_EQ(*report, nothing);
}

}  // namespace
}  // namespace continuo
