// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/machine.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include "hwaccel/choice/printable_text.h"
#include "hwaccel/choice/render_nodes.h"

namespace continuo {
namespace {

namespace fs = std::filesystem;

// The first line of a small file; empty when it cannot be read.
std::string FirstLine(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return PrintableText(line);
}

std::vector<fs::path> EntriesOf(const fs::path& directory) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    entries.push_back(at->path());
  }
  std::ranges::sort(entries);
  return entries;
}

// "0x8086" as "8086".
std::string PciNumber(const fs::path& file) {
  const std::string text = FirstLine(file);
  return text.starts_with("0x") ? text.substr(2) : std::string();
}

std::string VendorName(const std::string& number) {
  if (number == "8086") return "Intel";
  if (number == "1002") return "AMD";
  if (number == "10de") return "NVIDIA";
  return number;
}

Gpu GpuOf(const fs::path& pci_device) {
  Gpu gpu;
  const std::string vendor = PciNumber(pci_device / "vendor");
  if (!vendor.empty()) gpu.pci_id = vendor + ":" + PciNumber(pci_device / "device");
  gpu.vendor = VendorName(vendor);
  std::error_code error;
  const fs::path driver = fs::read_symlink(pci_device / "driver", error);
  if (!error) gpu.kernel_driver = PrintableText(driver.filename().string());
  return gpu;
}

std::string GroupOf(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return {};
  const group* const found = getgrgid(info.st_gid);
  return found != nullptr ? found->gr_name : std::to_string(info.st_gid);
}

std::vector<RenderNode> RenderNodesOf(const fs::path& root) {
  std::vector<RenderNode> nodes;
  for (const std::string& path : RenderNodes((root / "dev/dri").string())) {
    const fs::path device = root / "sys/class/drm" / fs::path(path).filename() / "device";
    nodes.push_back({path, GpuOf(device), GroupOf(path), access(path.c_str(), R_OK | W_OK) == 0});
  }
  return nodes;
}

// Virtual machines and servers have screens that compute nothing: only who makes GPUs counts.
std::vector<Gpu> PciGpus(const fs::path& root) {
  std::vector<Gpu> gpus;
  for (const fs::path& device : EntriesOf(root / "sys/bus/pci/devices")) {
    if (!FirstLine(device / "class").starts_with("0x03")) continue;  // a display controller
    Gpu gpu = GpuOf(device);
    if (gpu.vendor == "Intel" || gpu.vendor == "AMD" || gpu.vendor == "NVIDIA") {
      gpus.push_back(std::move(gpu));
    }
  }
  return gpus;
}

// One line of /proc/cpuinfo has a name, a colon and a value.
std::string ValueOf(const std::string& line) {
  const size_t colon = line.find(": ");
  return colon == line.npos ? std::string() : line.substr(colon + 2);
}

void ReadCpu(const fs::path& cpuinfo, Machine& machine) {
  std::ifstream file(cpuinfo);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("processor")) ++machine.threads;
    if (line.starts_with("model name") && machine.cpu.empty()) {
      machine.cpu = PrintableText(ValueOf(line));
    }
    if (!line.starts_with("flags") && !line.starts_with("Features")) continue;  // x86, ARM
    std::istringstream flags(ValueOf(line));
    for (std::string flag; flags >> flag;) {
      machine.has_aes = machine.has_aes || flag == "aes";
      machine.has_avx2 = machine.has_avx2 || flag == "avx2";
    }
  }
}

// Where libraries of Debian are: one folder for each architecture.
std::vector<fs::path> LibraryFolders(const fs::path& root) {
  std::vector<fs::path> folders{root / "usr/lib"};
  for (const fs::path& path : EntriesOf(root / "usr/lib")) {
    if (path.filename().string().ends_with("-linux-gnu")) folders.push_back(path);
  }
  return folders;
}

void FindDrivers(const fs::path& root, Machine& machine) {
  std::vector<fs::path> drivers;
  for (const fs::path& folder : LibraryFolders(root)) {
    drivers.push_back(folder / "dri");
    std::error_code error;
    machine.has_vpl_runtime =
        machine.has_vpl_runtime || fs::exists(folder / "libmfx-gen.so.1.2", error);
  }
  // Libva looks here instead, and so does everybody who has it set.
  if (const char* const set = std::getenv("LIBVA_DRIVERS_PATH"); set != nullptr) drivers = {set};
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(drivers, [&](const fs::path& folder) {
      std::error_code error;
      return fs::exists(folder / name, error);
    });
  };
  machine.has_intel_va_driver = has("iHD_drv_video.so");
  machine.has_old_intel_va_driver = has("i965_drv_video.so");
  machine.has_amd_va_driver = has("radeonsi_drv_video.so");
}

std::string UserName() {
  const passwd* const found = getpwuid(geteuid());
  return found != nullptr ? found->pw_name : std::to_string(geteuid());
}

}  // namespace

Machine LookAtMachine(const std::string& root) {
  Machine machine;
  machine.user = UserName();
  const fs::path from(root);
  ReadCpu(from / "proc/cpuinfo", machine);
  machine.render_nodes = RenderNodesOf(from);
  machine.pci_gpus = PciGpus(from);
  FindDrivers(from, machine);
  return machine;
}

}  // namespace continuo
