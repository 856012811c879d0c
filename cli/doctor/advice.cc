// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/advice.h"

#include <algorithm>
#include <string_view>

namespace continuo {
namespace {

using Sentences = std::vector<std::string>;

const RenderNode* NodeOf(const Machine& machine, const std::string& path) {
  const auto found = std::ranges::find(machine.render_nodes, path, &RenderNode::path);
  return found == machine.render_nodes.end() ? nullptr : &*found;
}

std::string Words(const Gpu& gpu) {
  std::string words = gpu.vendor.empty() ? "unknown" : gpu.vendor;
  if (!gpu.pci_id.empty()) words += " " + gpu.pci_id;
  return words;
}

std::string_view FirmwareOf(const Gpu& gpu) {
  if (gpu.vendor == "AMD") return "firmware-amd-graphics";
  return "firmware-misc-nonfree";
}

constexpr std::string_view kCpuIsEnough =
    "Everything is done on the CPU, and rooms need nothing else.";

void AdviseWithoutNodes(const Machine& machine, Sentences& advice) {
  for (const Gpu& gpu : machine.pci_gpus) {
    advice.push_back("There is a GPU (" + Words(gpu) + ") without a render node" +
                     (gpu.kernel_driver.empty()
                          ? ": no kernel driver took it."
                          : ", though the driver " + gpu.kernel_driver + " took it.") +
                     " Install " + std::string(FirmwareOf(gpu)) +
                     ", restart, and look at what `dmesg` says of it.");
  }
  if (machine.pci_gpus.empty()) {
    advice.push_back("There is no GPU here that programs can use: /dev/dri has no render node.");
  }
}

// The package without which this device cannot work; empty when it is there or nobody knows.
std::string_view MissingPackage(const Machine& machine, const Gpu& gpu, std::string_view backend) {
  if (backend == "vpl") return machine.has_vpl_runtime ? "" : "libmfx-gen1.2";
  const bool has_intel = machine.has_intel_va_driver || machine.has_old_intel_va_driver;
  if (gpu.vendor == "Intel" && !has_intel) return "intel-media-va-driver";
  if (gpu.vendor == "AMD" && !machine.has_amd_va_driver) return "mesa-va-drivers";
  return "";
}

std::string Install(std::string_view package) {
  std::string advice = "Its driver is not installed: `apt install " + std::string(package) + "`";
  if (package == "intel-media-va-driver") {
    advice += " (i965-va-driver for Intel GPUs older than Broadwell, of 2014)";
  }
  if (package == "libmfx-gen1.2") advice += " (for Intel GPUs from Tiger Lake, of 2020, on)";
  return advice + ".";
}

void AdviseOnFailure(const Machine& machine, const SelfTestReport& report, Sentences& advice) {
  const RenderNode* const node = NodeOf(machine, report.path);
  std::string text = report.device + " is not used: " + ReasonOf(report) + ".";
  const auto add = [&](const std::string& sentence) { text += " " + sentence; };
  const Gpu gpu = node != nullptr ? node->gpu : Gpu{};
  const std::string_view package = MissingPackage(machine, gpu, report.backend);
  if (!report.error.starts_with("open: ")) {
    // It has a driver that opened, which is wrong then: nothing that a package mends.
  } else if (node != nullptr && !node->may_open) {
    add(machine.user + " may not open it, for it belongs to the group " + node->group +
        ": `adduser " + machine.user + " " + node->group +
        "`, and log in again. The same goes for the user that continuod runs as.");
  } else if (!package.empty()) {
    add(Install(package));
  } else if (gpu.vendor == "NVIDIA") {
    add("NVIDIA's drivers decode at most through VA-API: rooms on such a GPU are not supported.");
  } else if (gpu.vendor == "Intel" && report.backend == "vaapi") {
    add("If it cannot compose: Debian's free driver does so from Ice Lake, of 2019, on; "
        "intel-media-va-driver-non-free, of the section non-free, from Broadwell on.");
  }
  advice.push_back(std::move(text));
}

}  // namespace

std::vector<DeviceSpec> DevicesOf(const Machine& machine) {
  std::vector<DeviceSpec> devices{DeviceSpec{}};
  for (const RenderNode& node : machine.render_nodes) {
    devices.push_back({Backend::kVaapi, node.path});
    if (node.gpu.vendor.empty() || node.gpu.vendor == "Intel") {
      devices.push_back({Backend::kVpl, node.path});
    }
  }
  return devices;
}

bool RoomsCanRun(const Examination& found) {
  return std::ranges::none_of(found.reports, [](const SelfTestReport& report) {
    return report.backend == ToString(Backend::kCpu) && !report.passed;
  });
}

std::vector<std::string> AdviceOn(const Examination& found) {
  Sentences advice;
  if (!found.machine.has_aes) {
    advice.push_back("This CPU has no AES instructions: encryption takes several times as long.");
  }
  if (found.machine.render_nodes.empty()) AdviseWithoutNodes(found.machine, advice);
  for (const SelfTestReport& report : found.reports) {
    if (report.passed) continue;
    if (report.backend == ToString(Backend::kCpu)) {
      advice.push_back("Rooms cannot run: " + ReasonOf(report) + ".");
    } else {
      AdviseOnFailure(found.machine, report, advice);
    }
  }
  const bool uses_a_device = std::ranges::any_of(found.reports, [](const SelfTestReport& report) {
    return report.backend != ToString(Backend::kCpu) && report.passed;
  });
  if (!uses_a_device && RoomsCanRun(found)) advice.emplace_back(kCpuIsEnough);
  return advice;
}

}  // namespace continuo
