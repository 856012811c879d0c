// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cli/doctor/advice.h"

namespace continuo {

enum class DoctorDetail : uint8_t { kSummary, kAllChecks };

// What was found, for people: the machine, a table of the devices with the lowest figure of each
// stage, and what to do. With kAllChecks a table of all checks of each device too.
std::string DoctorText(const Examination& found, DoctorDetail detail);
// The same and all checks on one line, for programs.
std::string DoctorJson(const Examination& found);

}  // namespace continuo
