// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/doctor/machine.h"
#include "hwaccel/choice/device_spec.h"
#include "hwaccel/choice/self_test_report.h"

namespace continuo {

// What a doctor found: the machine, and each device that was tried, the CPU among them.
struct Examination {
  Machine machine;
  std::vector<SelfTestReport> reports;
};

// Every device of the machine worth a try: the CPU, then each render node by every backend that its
// vendor has.
std::vector<DeviceSpec> DevicesOf(const Machine& machine);

// Whether rooms can run: on the CPU, which every room needs and which is enough. True when nobody
// tried it.
bool RoomsCanRun(const Examination& found);

// What an operator should know or do, a sentence or two each, in plain words. Empty when all is
// well.
std::vector<std::string> AdviceOn(const Examination& found);

}  // namespace continuo
