// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace continuo {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kCpuIsEnough = "Everything is done on the CPU, and rooms need nothing else.";
const std::string kNode = "/dev/dri/renderD128";

SelfTestReport Passed(const DeviceSpec& spec) {
  SelfTestReport report;
  report.device = ToString(spec);
  report.backend = ToString(spec.backend);
  report.path = spec.path;
  report.passed = true;
  return report;
}

SelfTestReport Failed(const DeviceSpec& spec, const std::string& error) {
  SelfTestReport report = Passed(spec);
  report.passed = false;
  report.error = error;
  return report;
}

// A machine with one GPU on which all is well.
Examination WithGpu(const std::string& vendor) {
  Examination found;
  found.machine.user = "ana";
  found.machine.has_aes = true;
  found.machine.render_nodes = {{kNode, {vendor, "1:2", "driver"}, "render", true}};
  found.machine.has_intel_va_driver = found.machine.has_amd_va_driver = true;
  found.machine.has_vpl_runtime = true;
  found.reports = {Passed({}), Passed({Backend::kVaapi, kNode})};
  return found;
}

// What is said of the one device, when it failed so.
std::string AdviceOnFailure(Examination found, const DeviceSpec& spec, const std::string& error) {
  found.reports[1] = Failed(spec, error);
  const auto advice = AdviceOn(found);
  EXPECT_THAT(advice, ElementsAre(HasSubstr(ToString(spec)), kCpuIsEnough));
  return advice.front();
}

TEST(DevicesOf, AreTheCpuAndWhatEachVendorHas) {
  const DeviceSpec cpu;
  const DeviceSpec vaapi{Backend::kVaapi, kNode};
  const DeviceSpec vpl{Backend::kVpl, kNode};
  EXPECT_THAT(DevicesOf(Machine{}), ElementsAre(cpu));
  EXPECT_THAT(DevicesOf(WithGpu("Intel").machine), ElementsAre(cpu, vaapi, vpl));
  EXPECT_THAT(DevicesOf(WithGpu("AMD").machine), ElementsAre(cpu, vaapi));
  EXPECT_THAT(DevicesOf(WithGpu("").machine), ElementsAre(cpu, vaapi, vpl));
}

TEST(AdviceOn, SaysNothingWhereAllIsWell) { EXPECT_THAT(AdviceOn(WithGpu("Intel")), IsEmpty()); }

TEST(AdviceOn, SaysThatTheCpuIsEnough) {
  Examination found;
  found.machine.has_aes = true;
  found.reports = {Passed({})};
  EXPECT_TRUE(RoomsCanRun(found));
  EXPECT_THAT(AdviceOn(found), ElementsAre(HasSubstr("no render node"), kCpuIsEnough));
  found.machine.pci_gpus = {{"Intel", "8086:9a49", ""}, {"AMD", "1002:73bf", "amdgpu"}};
  EXPECT_THAT(
      AdviceOn(found),
      ElementsAre(AllOf(HasSubstr("(Intel 8086:9a49)"), HasSubstr("no kernel driver"),
                        HasSubstr("firmware-misc-nonfree")),
                  AllOf(HasSubstr("the driver amdgpu took it"), HasSubstr("firmware-amd-graphics")),
                  kCpuIsEnough));
}

TEST(AdviceOn, SaysWhenRoomsCannotRun) {
  Examination found;
  found.machine.has_aes = true;
  found.reports = {Failed({}, "cannot run the mixer program")};
  EXPECT_FALSE(RoomsCanRun(found));
  EXPECT_THAT(AdviceOn(found), AllOf(Contains("Rooms cannot run: cannot run the mixer program."),
                                     Not(Contains(kCpuIsEnough))));
}

TEST(AdviceOn, SaysWhatASlowCpuCosts) {
  Examination found = WithGpu("Intel");
  found.machine.has_aes = false;
  EXPECT_THAT(AdviceOn(found), ElementsAre(HasSubstr("no AES instructions")));
}

TEST(AdviceOn, SaysWhoMayOpenADevice) {
  Examination found = WithGpu("Intel");
  found.machine.render_nodes[0].may_open = false;
  const std::string advice =
      AdviceOnFailure(found, {Backend::kVaapi, kNode}, "open: permission denied");
  EXPECT_THAT(advice, AllOf(HasSubstr("open: permission denied"), HasSubstr("ana may not open it"),
                            HasSubstr("`adduser ana render`"), HasSubstr("continuod")));
}

TEST(AdviceOn, NamesThePackageThatIsMissing) {
  Examination intel = WithGpu("Intel");
  intel.machine.has_intel_va_driver = false;
  const DeviceSpec vaapi{Backend::kVaapi, kNode};
  EXPECT_THAT(AdviceOnFailure(intel, vaapi, "open: no driver"),
              AllOf(HasSubstr("`apt install intel-media-va-driver`"), HasSubstr("i965-va-driver")));
  intel.machine.has_old_intel_va_driver = true;
  EXPECT_THAT(AdviceOnFailure(intel, vaapi, "open: no driver"), Not(HasSubstr("apt install")));
  Examination amd = WithGpu("AMD");
  amd.machine.has_amd_va_driver = false;
  EXPECT_THAT(AdviceOnFailure(amd, vaapi, "open: no driver"),
              HasSubstr("`apt install mesa-va-drivers`"));
  Examination vpl = WithGpu("Intel");
  vpl.machine.has_vpl_runtime = false;
  EXPECT_THAT(AdviceOnFailure(vpl, {Backend::kVpl, kNode}, "open: no implementation"),
              HasSubstr("`apt install libmfx-gen1.2`"));
}

TEST(AdviceOn, SaysWhyADeviceIsNotUsedWhenNothingIsMissing) {
  EXPECT_EQ(AdviceOnFailure(WithGpu("AMD"), {Backend::kVaapi, kNode},
                            "no result within 30 s, at compose 4 tiles"),
            "vaapi:/dev/dri/renderD128 is not used: no result within 30 s, at compose 4 tiles.");
  EXPECT_THAT(
      AdviceOnFailure(WithGpu("NVIDIA"), {Backend::kVaapi, kNode}, "open: it cannot encode"),
      HasSubstr("not supported"));
  EXPECT_THAT(AdviceOnFailure(WithGpu("Intel"), {Backend::kVaapi, kNode}, "open: it cannot encode"),
              HasSubstr("intel-media-va-driver-non-free"));
}

TEST(AdviceOn, NamesNoPackageForADriverThatIsThereAndWrong) {
  Examination amd = WithGpu("AMD");
  amd.machine.has_amd_va_driver = false;  // in some place of its own
  EXPECT_EQ(AdviceOnFailure(amd, {Backend::kVaapi, kNode}, "compose 4 tiles: lost"),
            "vaapi:/dev/dri/renderD128 is not used: compose 4 tiles: lost.");
}

TEST(AdviceOn, SaysSoOfADeviceThatTheMachineDoesNotList) {
  Examination found = WithGpu("Intel");
  found.reports = {Failed({Backend::kVaapi, "/dev/dri/renderD200"}, "open: no such file")};
  EXPECT_THAT(
      AdviceOn(found),
      ElementsAre("vaapi:/dev/dri/renderD200 is not used: open: no such file.", kCpuIsEnough));
}

}  // namespace
}  // namespace continuo
