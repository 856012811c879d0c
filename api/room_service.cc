// SPDX-License-Identifier: Apache-2.0
#include "api/room_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "api/grpc_messages.h"
#include "api/grpc_status.h"
#include "api/names.h"
#include "api/page_token.h"
#include "base/clock.h"

namespace continuo {
namespace {

grpc::Status Refuse(ErrorCode code, std::string_view text) {
  return ToGrpcStatus({code, text, {}});
}

grpc::Status NotARoomName() {
  return Refuse(ErrorCode::kInvalidArgument,
                "A room is named rooms/{room}, of 1 to 64 letters, digits, '-', '_' or '.'");
}

}  // namespace

RoomService::RoomService(ControlLoop& loop, Conference& conference, const Invitations& invitations,
                         GrpcCalls& calls, std::string public_url)
    : loop_(loop),
      conference_(conference),
      invitations_(invitations),
      calls_(calls),
      public_url_(std::move(public_url)) {}

grpc::ServerUnaryReactor* RoomService::CreateRoom(grpc::CallbackServerContext* context,
                                                  const v1::CreateRoomRequest* request,
                                                  v1::CreateRoomResponse* response) {
  return calls_.Answer(context, [=, this] { return DoCreate(*request, *response); });
}

grpc::Status RoomService::DoCreate(const v1::CreateRoomRequest& request,
                                   v1::CreateRoomResponse& response) {
  if (!IsRoomName(request.room_id())) return NotARoomName();
  if (request.request_id().size() > RequestIds::kMaxLength) {
    return Refuse(ErrorCode::kInvalidArgument, "A request id has at most 64 bytes");
  }
  const auto made = created_.Find(request.request_id());
  if (made && *made != request.room_id()) {
    return Refuse(ErrorCode::kInvalidArgument, "This request id was used for another room");
  }
  // A room that was made by this very request and has been deleted since stays deleted.
  const auto room = made ? conference_.GetRoom(*made) : conference_.CreateRoom(request.room_id());
  if (!room) return ToGrpcStatus(room.error());
  created_.Remember(request.request_id(), request.room_id());
  *response.mutable_room() = ToMessage(*room);
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* RoomService::GetRoom(grpc::CallbackServerContext* context,
                                               const v1::GetRoomRequest* request,
                                               v1::GetRoomResponse* response) {
  return calls_.Answer(context, [=, this] {
    const auto name = ParseRoomResource(request->name());
    if (!name) return NotARoomName();
    const auto room = conference_.GetRoom(*name);
    if (!room) return ToGrpcStatus(room.error());
    *response->mutable_room() = ToMessage(*room);
    return grpc::Status::OK;
  });
}

grpc::ServerUnaryReactor* RoomService::ListRooms(grpc::CallbackServerContext* context,
                                                 const v1::ListRoomsRequest* request,
                                                 v1::ListRoomsResponse* response) {
  return calls_.Answer(context, [=, this] {
    std::vector<RoomView> rooms = conference_.ListRooms();
    std::sort(rooms.begin(), rooms.end(),
              [](const RoomView& a, const RoomView& b) { return a.name < b.name; });
    auto page = TakePage(rooms, request->page_size(), request->page_token(),
                         [](const RoomView& room) { return room.name; });
    for (const RoomView& room : page.items) *response->add_rooms() = ToMessage(room);
    response->set_next_page_token(page.next_token);
    return grpc::Status::OK;
  });
}

grpc::ServerUnaryReactor* RoomService::DeleteRoom(grpc::CallbackServerContext* context,
                                                  const v1::DeleteRoomRequest* request,
                                                  v1::DeleteRoomResponse*) {
  return calls_.Answer(context, [=, this] {
    const auto name = ParseRoomResource(request->name());
    if (!name) return NotARoomName();
    const Status deleted = conference_.DeleteRoom(*name);
    return deleted ? grpc::Status::OK : ToGrpcStatus(deleted.error());
  });
}

grpc::ServerUnaryReactor* RoomService::MoveRoom(grpc::CallbackServerContext* context,
                                                const v1::MoveRoomRequest* request,
                                                v1::MoveRoomResponse* response) {
  return calls_.Answer(context, [=, this] {
    const auto name = ParseRoomResource(request->name());
    if (!name) return NotARoomName();
    const auto device = ParseDeviceResource(request->device());
    const auto room = conference_.MoveRoom(*name, device.value_or(request->device()));
    if (!room) return ToGrpcStatus(room.error());
    *response->mutable_room() = ToMessage(*room);
    return grpc::Status::OK;
  });
}

grpc::ServerUnaryReactor* RoomService::CreateInvitation(grpc::CallbackServerContext* context,
                                                        const v1::CreateInvitationRequest* request,
                                                        v1::CreateInvitationResponse* response) {
  return calls_.Answer(context, [=, this] { return DoInvite(*request, *response); });
}

grpc::Status RoomService::DoInvite(const v1::CreateInvitationRequest& request,
                                   v1::CreateInvitationResponse& response) {
  const auto name = ParseRoomResource(request.room());
  if (!name) return NotARoomName();
  const auto room = conference_.GetRoom(*name);
  if (!room) return ToGrpcStatus(room.error());
  TimeDelta ttl = Invitations::kDefaultTtl;
  if (request.has_ttl()) {
    // Bounded first, so that the product below cannot overflow.
    const int64_t seconds = std::clamp<int64_t>(request.ttl().seconds(), 0, int64_t{1} << 40);
    ttl = TimeDelta::Seconds(seconds);
  }
  const int64_t now = UnixSeconds();
  auto token = invitations_.Make(*name, request.display_name(), ttl, now);
  if (!token) return ToGrpcStatus(token.error());
  response.set_url(public_url_ + "/join/" + std::string(*name) + "#" + *token);
  response.set_token(std::move(*token));
  response.mutable_expire_time()->set_seconds(now + ttl.us() / 1'000'000);
  return grpc::Status::OK;
}

grpc::ServerWriteReactor<v1::WatchRoomResponse>* RoomService::WatchRoom(
    grpc::CallbackServerContext*, const v1::WatchRoomRequest* request) {
  const std::lock_guard lock(mutex_);
  const WatchId id = next_watch_++;
  const auto stream = WatchStream::Start([this, id, alive = std::weak_ptr(alive_)] {
    // Before Stop() has returned from the server's shutdown, so `this` is still there.
    loop_.Post([this, id, alive] {
      if (!alive.expired()) DoEndWatch(id);
    });
  });
  auto* reactor = stream->reactor();
  if (stopped_) {
    stream->Finish(Refuse(ErrorCode::kUnavailable, "The server is stopping"));
    return reactor;
  }
  open_.emplace(id, stream);
  loop_.Post([this, id, stream, name = request->name(), alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) DoWatch(id, stream, name);
  });
  return reactor;
}

void RoomService::DoWatch(WatchId id, const std::shared_ptr<WatchStream>& stream,
                          const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;  // and so the stream is finished
  }
  const auto room_name = ParseRoomResource(name);
  if (!room_name) return stream->Finish(NotARoomName());
  const auto room = conference_.GetRoom(*room_name);
  if (!room) return stream->Finish(ToGrpcStatus(room.error()));
  const auto subscription = conference_.Subscribe(
      *room_name, [this, id](Conference::RoomEvent event, const RoomView& now) {
        const auto it = watches_.find(id);
        if (it == watches_.end()) return;
        const auto watching = it->second.stream.lock();
        const bool deleted = event == Conference::RoomEvent::kDeleted;
        if (watching) watching->Send(ToWatchMessage(now, deleted));
        if (!deleted) return;
        watches_.erase(it);  // the subscription ended with the room
        if (watching) watching->Finish(grpc::Status::OK);
      });
  watches_[id] = {stream, subscription};
  stream->Send(ToWatchMessage(*room, false));
}

void RoomService::DoEndWatch(WatchId id) {
  {
    const std::lock_guard lock(mutex_);
    open_.erase(id);
  }
  const auto it = watches_.find(id);
  if (it == watches_.end()) return;
  conference_.Unsubscribe(it->second.subscription);
  watches_.erase(it);
}

void RoomService::Stop() {
  for (const auto& [id, watch] : watches_) conference_.Unsubscribe(watch.subscription);
  watches_.clear();
  std::unordered_map<WatchId, std::weak_ptr<WatchStream>> open;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    open.swap(open_);
  }
  for (const auto& [id, weak] : open) {
    const auto stream = weak.lock();
    if (stream) stream->Finish(Refuse(ErrorCode::kUnavailable, "The server is stopping"));
  }
}

}  // namespace continuo
