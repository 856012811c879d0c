// SPDX-License-Identifier: Apache-2.0
#include "api/device_service.h"

#include <string>
#include <utility>

#include "api/grpc_messages.h"
#include "api/grpc_status.h"
#include "api/names.h"

namespace continuo {

grpc::ServerUnaryReactor* DeviceService::ListDevices(grpc::CallbackServerContext* context,
                                                     const v1::ListDevicesRequest*,
                                                     v1::ListDevicesResponse* response) {
  return calls_.Answer(context, [=, this] {
    for (const DeviceView& device : conference_.ListDevices()) {
      *response->add_devices() = ToMessage(device);
    }
    return grpc::Status::OK;
  });
}

grpc::ServerUnaryReactor* DeviceService::TestDevice(grpc::CallbackServerContext* context,
                                                    const v1::TestDeviceRequest* request,
                                                    v1::TestDeviceResponse* response) {
  return calls_.AnswerLater(context, [=, this](const GrpcCalls::Later& later) {
    const auto id = ParseDeviceResource(request->name());
    if (!id) {
      return later([] {
        return ToGrpcStatus(
            {ErrorCode::kInvalidArgument, "A device is named devices/{device}", {}});
      });
    }
    conference_.TestDevice(*id, [response, later](const Result<DeviceView>& device) {
      later([&] {
        if (!device) return ToGrpcStatus(device.error());
        *response->mutable_device() = ToMessage(*device);
        return grpc::Status::OK;
      });
    });
  });
}

}  // namespace continuo
