// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "server/mixer/arguments.h"

namespace continuo {

// continuo-mixer for one room: opens its device, else takes the CPU, and mixes until it is killed.
// A device that hangs ends the process with kExitDeviceHung. Returns only what kept it from
// starting.
Error MixRoom(const RoomArguments& arguments);

}  // namespace continuo
