// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/device.h"

namespace continuo {

std::string_view ToString(Backend backend) {
  switch (backend) {
    case Backend::kCpu:
      return "cpu";
    case Backend::kVaapi:
      return "vaapi";
    case Backend::kVpl:
      return "vpl";
  }
  return "unknown";
}

}  // namespace continuo
