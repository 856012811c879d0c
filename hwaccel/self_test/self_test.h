// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "hwaccel/choice/device_spec.h"
#include "hwaccel/choice/self_test_report.h"
#include "hwaccel/device.h"

namespace continuo {

// Is told what is tried next: "open", "decode h264". In a process whose driver crashes or hangs,
// that is all that anybody learns.
using OnSelfTestStage = std::function<void(std::string_view stage)>;

// Proves a device, or not: decodes, composes and encodes a scene of its own making on it, and
// compares every picture with what the CPU makes of the same. The encoder's pictures are compared
// with the canvas that it was given. What a device says that it cannot do is skipped, since the CPU
// does that for it; what it says that it can do has to be right. Takes a second or two on a CPU. A
// driver may hang in it, or crash: it belongs in a process of its own (choice/self_test_process.h).
SelfTestReport TestDevice(const DeviceSpec& spec, const OnSelfTestStage& on_stage);

// The same on a device that is open: everything but opening and closing it.
SelfTestReport TestDevice(Device& device, const OnSelfTestStage& on_stage);

}  // namespace continuo
