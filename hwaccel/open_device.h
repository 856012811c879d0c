// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "hwaccel/choice/device_spec.h"
#include "hwaccel/device.h"

namespace continuo {

// Opens a device by its backend. Loads a driver, which may write to standard error, crash or hang:
// for a mixer's process and a self-test's, never for the edge's. kUnavailable when there is nothing
// to open, kUnsupported when it lacks what a room needs (decoding, composing and encoding of one
// codec at least), kDeviceFailed when its driver fails.
Result<std::unique_ptr<Device>> OpenDevice(const DeviceSpec& spec);

}  // namespace continuo
