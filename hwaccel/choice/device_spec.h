// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hwaccel/choice/backend.h"

namespace continuo {

// One device by one backend: what a mixer opens, a self-test tries and an operator names. Two
// specs may be the same piece of hardware.
struct DeviceSpec {
  Backend backend = Backend::kCpu;
  std::string path;  // of its render node; empty for the CPU
  friend bool operator==(const DeviceSpec&, const DeviceSpec&) = default;
};
std::string ToString(const DeviceSpec& spec);  // "cpu", "vaapi:/dev/dri/renderD128"
// What ToString() gives. kInvalidArgument for anything else.
Result<DeviceSpec> ParseDeviceSpec(std::string_view text);

// One piece of hardware as an operator asked for it: the first spec that proves itself is used.
using DeviceWish = std::vector<DeviceSpec>;
// "cpu", "vaapi:PATH", "vpl:PATH", or "PATH": by VA-API, else by oneVPL. A path is absolute.
Result<DeviceWish> ParseDeviceWish(std::string_view text);

// Which devices rooms may be on, before anything was tried.
struct DeviceChoice {
  bool automatic = true;           // every render node of the machine
  std::vector<DeviceWish> wishes;  // when not automatic; none means the CPU alone
  friend bool operator==(const DeviceChoice&, const DeviceChoice&) = default;
};
// "auto" alone, "cpu" alone, or the specs of one or more devices, none of them twice.
Result<DeviceChoice> ParseDeviceChoice(const std::vector<std::string>& texts);

}  // namespace continuo
