// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/conference.h"
#include "api/grpc_call.h"
#include "continuo/v1/participants.grpc.pb.h"

namespace continuo {

// continuo.v1.ParticipantService. Overrides run on gRPC's threads and only post.
class ParticipantService final : public v1::ParticipantService::CallbackService {
 public:
  ParticipantService(Conference& conference, GrpcCalls& calls)
      : conference_(conference), calls_(calls) {}

  grpc::ServerUnaryReactor* ListParticipants(grpc::CallbackServerContext* context,
                                             const v1::ListParticipantsRequest* request,
                                             v1::ListParticipantsResponse* response) override;
  grpc::ServerUnaryReactor* RemoveParticipant(grpc::CallbackServerContext* context,
                                              const v1::RemoveParticipantRequest* request,
                                              v1::RemoveParticipantResponse* response) override;

 private:
  Conference& conference_;
  GrpcCalls& calls_;
};

}  // namespace continuo
