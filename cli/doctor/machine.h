// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace continuo {

// A GPU as the kernel tells of it, before any driver of ours was asked.
struct Gpu {
  std::string vendor;         // "Intel", "AMD", "NVIDIA", or the PCI id; empty: unknown
  std::string pci_id;         // "8086:9a49"; empty: unknown
  std::string kernel_driver;  // "i915"; empty: none
  friend bool operator==(const Gpu&, const Gpu&) = default;
};

// One file in /dev/dri that drivers open.
struct RenderNode {
  std::string path;
  Gpu gpu;
  std::string group;      // that may open it
  bool may_open = false;  // this user
  friend bool operator==(const RenderNode&, const RenderNode&) = default;
};

// What matters to Continuo of the machine that it is on.
struct Machine {
  std::string user;  // who asks
  std::string cpu;   // "Intel(R) Xeon(R) …"
  int threads = 0;
  bool has_aes = false;
  bool has_avx2 = false;
  std::vector<RenderNode> render_nodes;
  std::vector<Gpu> pci_gpus;  // all that real rooms could be on, with a render node or without
  // Files of packages.
  bool has_intel_va_driver = false;      // intel-media-va-driver
  bool has_old_intel_va_driver = false;  // i965-va-driver
  bool has_amd_va_driver = false;        // mesa-va-drivers
  bool has_vpl_runtime = false;          // libmfx-gen1.2
};

// Looks, and touches nothing: no driver is loaded. `root` is "/" but in tests.
Machine LookAtMachine(const std::string& root);

}  // namespace continuo
