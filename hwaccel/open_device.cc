// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/open_device.h"

#include "hwaccel/vaapi/vaapi_device.h"
#include "hwaccel/vpl/vpl_device.h"

namespace continuo {

Result<std::unique_ptr<Device>> OpenDevice(const DeviceSpec& spec) {
  switch (spec.backend) {
    case Backend::kCpu:
      return CreateCpuDevice();
    case Backend::kVaapi:
      return OpenVaapiDevice(spec.path);
    case Backend::kVpl:
      return OpenVplDevice(spec.path);
  }
  return Fail(ErrorCode::kUnsupported, "no such backend in this build");
}

}  // namespace continuo
