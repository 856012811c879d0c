// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/open_device.h"

namespace continuo {

Result<std::unique_ptr<Device>> OpenDevice(const DeviceSpec& spec) {
  if (spec.backend == Backend::kCpu) return CreateCpuDevice();
  return Fail(ErrorCode::kUnavailable, "this build has no such backend", ToString(spec));
}

}  // namespace continuo
