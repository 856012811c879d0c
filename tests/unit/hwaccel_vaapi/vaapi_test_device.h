// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <memory>
#include <string_view>

#include "hwaccel/device.h"
#include "hwaccel/vaapi/vaapi_device.h"

namespace continuo {

// The driver in software (tests/softva), which CMake puts in the way of this program.
inline std::unique_ptr<Device> OpenTestDevice() {
  return OpenVaapiDevice("/dev/dri/renderD128").value();
}

// Which of its two behaviours it shows: set for the whole program.
inline bool DriverBlends() {
  const char* const personality = std::getenv("SOFTVA_PERSONALITY");
  return personality == nullptr || std::string_view(personality) == "intel";
}

}  // namespace continuo
