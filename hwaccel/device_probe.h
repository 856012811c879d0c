// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"

namespace continuo {

// What a backend counts where it happens: the pictures that leave or enter the device's memory, for
// a picture that stays there is what a device is for. Written on any thread.
struct DeviceProbe {
  Counter uploads;        // whole pictures from memory to the device
  Counter downloads;      // whole pictures from the device to memory
  Counter plate_blends;   // small parts of the canvas blended on the CPU: BlendSupport::kNone
  Counter pictures_held;  // decoded and not shown, because too many were held already
};

}  // namespace continuo
