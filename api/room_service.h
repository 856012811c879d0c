// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "api/conference.h"
#include "api/control_loop.h"
#include "api/grpc_call.h"
#include "api/invitations.h"
#include "api/request_ids.h"
#include "api/watch_stream.h"
#include "continuo/v1/rooms.grpc.pb.h"

namespace continuo {

// continuo.v1.RoomService. The overrides run on gRPC's threads and do nothing but post; whatever is
// named Do… runs on the control loop.
class RoomService final : public v1::RoomService::CallbackService {
 public:
  RoomService(ControlLoop& loop, Conference& conference, const Invitations& invitations,
              GrpcCalls& calls, std::string public_url);

  // Ends every watch. On the control thread, or when the loop has ended.
  void Stop();

  grpc::ServerUnaryReactor* CreateRoom(grpc::CallbackServerContext* context,
                                       const v1::CreateRoomRequest* request,
                                       v1::CreateRoomResponse* response) override;
  grpc::ServerUnaryReactor* GetRoom(grpc::CallbackServerContext* context,
                                    const v1::GetRoomRequest* request,
                                    v1::GetRoomResponse* response) override;
  grpc::ServerUnaryReactor* ListRooms(grpc::CallbackServerContext* context,
                                      const v1::ListRoomsRequest* request,
                                      v1::ListRoomsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteRoom(grpc::CallbackServerContext* context,
                                       const v1::DeleteRoomRequest* request,
                                       v1::DeleteRoomResponse* response) override;
  grpc::ServerUnaryReactor* MoveRoom(grpc::CallbackServerContext* context,
                                     const v1::MoveRoomRequest* request,
                                     v1::MoveRoomResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchRoomResponse>* WatchRoom(
      grpc::CallbackServerContext* context, const v1::WatchRoomRequest* request) override;
  grpc::ServerUnaryReactor* CreateInvitation(grpc::CallbackServerContext* context,
                                             const v1::CreateInvitationRequest* request,
                                             v1::CreateInvitationResponse* response) override;

 private:
  struct Watch {
    std::weak_ptr<WatchStream> stream;
    Conference::SubscriptionId subscription = 0;
  };
  using WatchId = uint64_t;

  grpc::Status DoCreate(const v1::CreateRoomRequest& request, v1::CreateRoomResponse& response);
  grpc::Status DoInvite(const v1::CreateInvitationRequest& request,
                        v1::CreateInvitationResponse& response);
  void DoWatch(WatchId id, const std::shared_ptr<WatchStream>& stream, const std::string& name);
  void DoEndWatch(WatchId id);

  ControlLoop& loop_;
  Conference& conference_;
  const Invitations& invitations_;
  GrpcCalls& calls_;
  const std::string public_url_;
  RequestIds created_;
  std::unordered_map<WatchId, Watch> watches_;  // those with a subscription; control thread

  std::mutex mutex_;
  bool stopped_ = false;
  WatchId next_watch_ = 1;
  std::unordered_map<WatchId, std::weak_ptr<WatchStream>> open_;  // all of them
  const std::shared_ptr<int> alive_ = std::make_shared<int>();    // for work that is still posted
};

}  // namespace continuo
