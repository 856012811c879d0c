// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/backend.h"

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

std::optional<Backend> BackendFromName(std::string_view name) {
  for (int i = 0; i < kBackendCount; ++i) {
    const auto backend = static_cast<Backend>(i);
    if (name == ToString(backend)) return backend;
  }
  return std::nullopt;
}

}  // namespace continuo
