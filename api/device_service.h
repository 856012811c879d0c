// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/conference.h"
#include "api/grpc_call.h"
#include "continuo/v1/devices.grpc.pb.h"

namespace continuo {

// continuo.v1.DeviceService. Overrides run on gRPC's threads and only post.
class DeviceService final : public v1::DeviceService::CallbackService {
 public:
  DeviceService(Conference& conference, GrpcCalls& calls)
      : conference_(conference), calls_(calls) {}

  grpc::ServerUnaryReactor* ListDevices(grpc::CallbackServerContext* context,
                                        const v1::ListDevicesRequest* request,
                                        v1::ListDevicesResponse* response) override;
  grpc::ServerUnaryReactor* TestDevice(grpc::CallbackServerContext* context,
                                       const v1::TestDeviceRequest* request,
                                       v1::TestDeviceResponse* response) override;

 private:
  Conference& conference_;
  GrpcCalls& calls_;
};

}  // namespace continuo
