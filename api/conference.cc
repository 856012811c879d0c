// SPDX-License-Identifier: Apache-2.0
#include "api/conference.h"

namespace continuo {

std::string_view ToString(DeviceState state) {
  switch (state) {
    case DeviceState::kTesting:
      return "testing";
    case DeviceState::kReady:
      return "ready";
    case DeviceState::kRefused:
      return "refused";
    case DeviceState::kFailed:
      return "failed";
  }
  return "unknown";
}

}  // namespace continuo
