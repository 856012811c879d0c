// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/doctor_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/doctor/advice.h"
#include "cli/doctor/doctor_output.h"
#include "cli/doctor/machine.h"
#include "hwaccel/choice/self_test_process.h"

namespace continuo {
namespace {

struct Arguments {
  bool json = false;
  bool verbose = false;
  std::vector<std::string> devices;
  std::string mixer;
  int64_t seconds = 30;
};

std::string MixerBesideUs() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / "continuo-mixer").string();
}

Result<std::vector<DeviceSpec>> DevicesToTry(const Arguments& arguments, const Machine& machine) {
  if (arguments.devices.empty()) return DevicesOf(machine);
  // The CPU in any case: what there is to say of a device depends on it.
  std::vector<DeviceSpec> devices{DeviceSpec{}};
  for (const std::string& text : arguments.devices) {
    auto wish = ParseDeviceWish(text);
    if (!wish) return tl::unexpected(std::move(wish.error()));
    for (DeviceSpec& device : *wish) {
      if (std::ranges::find(devices, device) == devices.end()) devices.push_back(std::move(device));
    }
  }
  return devices;
}

// In one of the ways that it may be used.
bool Passed(const std::string& device, const Examination& found) {
  const auto wish = ParseDeviceWish(device);
  return wish && std::ranges::any_of(*wish, [&](const DeviceSpec& spec) {
           return std::ranges::any_of(found.reports, [&](const SelfTestReport& report) {
             return report.passed && report.device == ToString(spec);
           });
         });
}

Status Examine(const Arguments& arguments) {
  Examination found;
  found.machine = LookAtMachine("/");
  const auto devices = DevicesToTry(arguments, found.machine);
  if (!devices) return tl::unexpected(devices.error());
  const std::string mixer = arguments.mixer.empty() ? MixerBesideUs() : arguments.mixer;
  for (const DeviceSpec& device : *devices) {
    auto report = RunSelfTest(mixer, device, TimeDelta::Seconds(arguments.seconds));
    if (!report) return tl::unexpected(std::move(report.error()));
    found.reports.push_back(std::move(*report));
  }
  const auto detail = arguments.verbose ? DoctorDetail::kAllChecks : DoctorDetail::kSummary;
  std::cout << (arguments.json ? DoctorJson(found) : DoctorText(found, detail)) << std::flush;
  if (!RoomsCanRun(found)) {
    return Fail(ErrorCode::kUnavailable, "rooms cannot run on this machine");
  }
  for (const std::string& named : arguments.devices) {
    if (!Passed(named, found)) return Fail(ErrorCode::kUnavailable, "not to be used", named);
  }
  return {};
}

}  // namespace

void AddDoctor(CLI::App& app, Command& command) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* doctor = app.add_subcommand("doctor", "Tell what works on this machine, and why not");
  doctor->add_flag("--json", arguments->json, "Print JSON, on one line");
  doctor->add_flag("--verbose", arguments->verbose, "Show every check of every device");
  doctor->add_option("--device", arguments->devices,
                     "Try this one: cpu, PATH, vaapi:PATH or vpl:PATH; else all that there are");
  doctor->add_option("--mixer", arguments->mixer, "The mixer program; else the one beside this");
  doctor
      ->add_option("--deadline", arguments->seconds,
                   "After so many seconds a device counts as hung")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  doctor->callback(
      [arguments, &command] { command = [arguments] { return Examine(*arguments); }; });
}

}  // namespace continuo
