// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/doctor_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace continuo {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

SelfTestReport CpuReport() {
  SelfTestReport report;
  report.device = report.backend = "cpu";
  report.driver = "libraries";
  report.passed = true;
  report.decodes = {"vp8 up to 4096x4096", "h264 up to 4096x4096"};
  report.encodes = {"vp8 up to 4096x4096"};
  report.duration_ms = 2040;
  report.checks = {{"decode vp8", Verdict::kPassed, 99, 40, "dB", "bit-exact"},
                   {"compose 4 tiles", Verdict::kPassed, 99, 40, "dB", ""},
                   {"plates on 4 tiles", Verdict::kPassed, 99, 40, "dB", ""},
                   {"encode vp8", Verdict::kPassed, 36.04, 26, "dB", ""}};
  return report;
}

SelfTestReport GpuReport() {
  SelfTestReport report;
  report.device = "vaapi:/dev/dri/renderD128";
  report.backend = "vaapi";
  report.path = "/dev/dri/renderD128";
  report.duration_ms = 512;
  report.checks = {{"decode h264", Verdict::kPassed, 99, 40, "dB", ""},
                   {"compose 1 tile", Verdict::kPassed, 52.3, 40, "dB", ""},
                   {"compose 4 tiles", Verdict::kFailed, 31.24, 40, "dB", "31.2 dB, not 40.0"},
                   {"encode vp8", Verdict::kSkipped, 0, 0, "", "the device does not encode it"},
                   {"encode h264", Verdict::kFailed, 0, 0, "", "no picture"}};
  return report;
}

Examination Found() {
  Examination found;
  found.machine.user = "ana";
  found.machine.cpu = "Some CPU";
  found.machine.threads = 8;
  found.machine.has_aes = found.machine.has_avx2 = found.machine.has_intel_va_driver = true;
  found.machine.render_nodes = {
      {"/dev/dri/renderD128", {"Intel", "8086:9a49", "i915"}, "render", true}};
  found.reports = {CpuReport(), GpuReport()};
  return found;
}

TEST(DoctorText, TellsTheMachineTheDevicesAndWhatToDo) {
  EXPECT_THAT(
      DoctorText(Found(), DoctorDetail::kSummary),
      StartsWith("CPU       Some CPU, 8 threads, AES-NI yes, AVX2 yes\n"
                 "Decodes   vp8 up to 4096x4096, h264 up to 4096x4096\n"
                 "Encodes   vp8 up to 4096x4096\n"
                 "GPU       /dev/dri/renderD128: Intel 8086:9a49, driver i915, group render\n"
                 "\n"
                 "DEVICE                     VERDICT  DECODE     COMPOSE    NAMES      "
                 "ENCODE   TOOK\n"
                 "cpu                        passed   identical  identical  identical  "
                 "36.0 dB  2.0 s\n"
                 "vaapi:/dev/dri/renderD128  FAILED   identical  31.2 dB    -          "
                 "failed   0.5 s\n"
                 "\n"
                 "vaapi:/dev/dri/renderD128 is not used: compose 4 tiles: "
                 "31.2 dB, not 40.0."));
}

TEST(DoctorText, ShowsEveryCheckWhenAsked) {
  EXPECT_THAT(DoctorText(Found(), DoctorDetail::kAllChecks),
              AllOf(HasSubstr("cpu: libraries\nCHECK              VERDICT  FIGURE     AT LEAST"),
                    HasSubstr("encode vp8       skipped  -          -         the device does not "
                              "encode it\n")));
  Examination found = Found();
  found.reports[1].checks.clear();
  found.reports[1].error = "open: no driver";
  EXPECT_THAT(DoctorText(found, DoctorDetail::kAllChecks),
              HasSubstr("vaapi:/dev/dri/renderD128\nnothing was tried: open: no driver\n"));
}

TEST(DoctorText, SaysWhoMayNotOpenADevice) {
  Examination found = Found();
  found.machine.render_nodes[0].may_open = false;
  EXPECT_THAT(DoctorText(found, DoctorDetail::kSummary),
              HasSubstr("group render, which ana lacks\n"));
}

TEST(DoctorJson, IsOneLineWithEverything) {
  const std::string json = DoctorJson(Found());
  EXPECT_THAT(json, EndsWith("}\n"));
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_THAT(json, AllOf(StartsWith("{\"roomsCanRun\":true,"), HasSubstr("\"threads\":8"),
                          HasSubstr("\"mayOpen\":true"), HasSubstr("\"device\":\"cpu\""),
                          HasSubstr("\"name\":\"plates on 4 tiles\""),
                          HasSubstr("\"advice\":[\"vaapi:/dev/dri/renderD128 is not used")));
  EXPECT_THAT(DoctorJson(Examination{}), Not(HasSubstr("\"device\"")));
}

}  // namespace
}  // namespace continuo
