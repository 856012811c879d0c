// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwaccel/device.h"
#include "hwaccel/limits.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vpl/vpl_runtime.h"

namespace continuo {

// What everything of one oneVPL device is made with.
struct VplParts {
  VplRuntime& runtime;
  const VaapiDisplay& display;
  const Device& device;
  const Limits& limits;
  DeviceProbe& probe;
};

}  // namespace continuo
