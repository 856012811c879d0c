// SPDX-License-Identifier: Apache-2.0
#include "api/control_client.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "api/grpc_messages.h"
#include "api/grpc_status.h"
#include "api/names.h"
#include "continuo/v1/devices.grpc.pb.h"
#include "continuo/v1/participants.grpc.pb.h"
#include "continuo/v1/rooms.grpc.pb.h"

namespace continuo {
namespace {

constexpr auto kDeadline = std::chrono::seconds(5);
// A device may be tried by two backends, and after others.
constexpr auto kTestDeadline = std::chrono::minutes(5);

RoomSummary FromMessage(const v1::Room& message) {
  const auto name = ParseRoomResource(message.name());
  return {std::string(name.value_or("")), message.create_time().seconds(),
          message.participant_count(), message.mixer_running(),
          continuo::FromMessage(message.engine())};
}

// One call's context with its deadline.
struct Call : grpc::ClientContext {
  explicit Call(std::chrono::seconds deadline = kDeadline) {
    set_deadline(std::chrono::system_clock::now() + deadline);
  }
};

}  // namespace

struct ControlClient::Stubs {
  tl::unexpected<Error> Fail(const grpc::Status& status) const {
    Error error = FromGrpcStatus(status);
    if (error.code == ErrorCode::kUnavailable && channel->GetState(false) != GRPC_CHANNEL_READY) {
      error.text = "No server answers on the control socket";
      error.detail = address;
    }
    return tl::unexpected(std::move(error));
  }
  Status Done(const grpc::Status& status) const {
    if (!status.ok()) return Fail(status);
    return {};
  }

  std::string address;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::RoomService::Stub> rooms;
  std::unique_ptr<v1::ParticipantService::Stub> participants;
  std::unique_ptr<v1::DeviceService::Stub> devices;
};

ControlClient::ControlClient(const std::string& address) : stubs_(std::make_unique<Stubs>()) {
  stubs_->address = address;
  stubs_->channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  stubs_->rooms = v1::RoomService::NewStub(stubs_->channel);
  stubs_->participants = v1::ParticipantService::NewStub(stubs_->channel);
  stubs_->devices = v1::DeviceService::NewStub(stubs_->channel);
}

ControlClient::~ControlClient() = default;

Result<RoomSummary> ControlClient::CreateRoom(const std::string& room,
                                              const std::string& request_id) {
  v1::CreateRoomRequest request;
  request.set_room_id(room);
  request.set_request_id(request_id);
  v1::CreateRoomResponse response;
  Call call;
  const grpc::Status status = stubs_->rooms->CreateRoom(&call, request, &response);
  if (!status.ok()) return stubs_->Fail(status);
  return FromMessage(response.room());
}

Result<RoomSummary> ControlClient::GetRoom(const std::string& room) {
  v1::GetRoomRequest request;
  request.set_name(RoomResource(room));
  v1::GetRoomResponse response;
  Call call;
  const grpc::Status status = stubs_->rooms->GetRoom(&call, request, &response);
  if (!status.ok()) return stubs_->Fail(status);
  return FromMessage(response.room());
}

Result<std::vector<RoomSummary>> ControlClient::ListRooms() {
  std::vector<RoomSummary> rooms;
  v1::ListRoomsRequest request;
  do {
    v1::ListRoomsResponse response;
    Call call;
    const grpc::Status status = stubs_->rooms->ListRooms(&call, request, &response);
    if (!status.ok()) return stubs_->Fail(status);
    for (const v1::Room& room : response.rooms()) rooms.push_back(FromMessage(room));
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return rooms;
}

Status ControlClient::DeleteRoom(const std::string& room) {
  v1::DeleteRoomRequest request;
  request.set_name(RoomResource(room));
  v1::DeleteRoomResponse response;
  Call call;
  return stubs_->Done(stubs_->rooms->DeleteRoom(&call, request, &response));
}

Result<RoomSummary> ControlClient::MoveRoom(const std::string& room, const std::string& device) {
  v1::MoveRoomRequest request;
  request.set_name(RoomResource(room));
  request.set_device(device);
  v1::MoveRoomResponse response;
  Call call;
  const grpc::Status status = stubs_->rooms->MoveRoom(&call, request, &response);
  if (!status.ok()) return stubs_->Fail(status);
  return FromMessage(response.room());
}

Status ControlClient::WatchRoom(const std::string& room,
                                const std::function<bool(const RoomUpdate&)>& on_update) {
  v1::WatchRoomRequest request;
  request.set_name(RoomResource(room));
  grpc::ClientContext context;  // a watch has no deadline
  const auto reader = stubs_->rooms->WatchRoom(&context, request);
  v1::WatchRoomResponse message;
  while (reader->Read(&message)) {
    RoomUpdate update{FromMessage(message.room()), {}, message.deleted()};
    for (const v1::Participant& participant : message.participants()) {
      update.participants.push_back(continuo::FromMessage(participant));
    }
    if (on_update(update)) continue;
    context.TryCancel();
    reader->Finish();
    return {};
  }
  return stubs_->Done(reader->Finish());
}

Result<MadeInvitation> ControlClient::CreateInvitation(const std::string& room,
                                                       const std::string& display_name,
                                                       TimeDelta ttl) {
  v1::CreateInvitationRequest request;
  request.set_room(RoomResource(room));
  request.set_display_name(display_name);
  request.mutable_ttl()->set_seconds(ttl.us() / 1'000'000);
  v1::CreateInvitationResponse response;
  Call call;
  const grpc::Status status = stubs_->rooms->CreateInvitation(&call, request, &response);
  if (!status.ok()) return stubs_->Fail(status);
  return MadeInvitation{response.url(), response.token(), response.expire_time().seconds()};
}

Result<std::vector<ParticipantView>> ControlClient::ListParticipants(const std::string& room) {
  std::vector<ParticipantView> participants;
  v1::ListParticipantsRequest request;
  request.set_parent(RoomResource(room));
  do {
    v1::ListParticipantsResponse response;
    Call call;
    const grpc::Status status = stubs_->participants->ListParticipants(&call, request, &response);
    if (!status.ok()) return stubs_->Fail(status);
    for (const v1::Participant& participant : response.participants()) {
      participants.push_back(continuo::FromMessage(participant));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return participants;
}

Status ControlClient::RemoveParticipant(const std::string& room, ParticipantId participant) {
  v1::RemoveParticipantRequest request;
  request.set_name(ParticipantResource(room, participant));
  v1::RemoveParticipantResponse response;
  Call call;
  return stubs_->Done(stubs_->participants->RemoveParticipant(&call, request, &response));
}

Result<std::vector<DeviceView>> ControlClient::ListDevices() {
  v1::ListDevicesResponse response;
  Call call;
  const grpc::Status status = stubs_->devices->ListDevices(&call, {}, &response);
  if (!status.ok()) return stubs_->Fail(status);
  std::vector<DeviceView> devices;
  for (const v1::Device& device : response.devices()) {
    devices.push_back(continuo::FromMessage(device));
  }
  return devices;
}

Result<DeviceView> ControlClient::TestDevice(const std::string& device) {
  v1::TestDeviceRequest request;
  request.set_name(DeviceResource(device));
  v1::TestDeviceResponse response;
  Call call(kTestDeadline);
  const grpc::Status status = stubs_->devices->TestDevice(&call, request, &response);
  if (!status.ok()) return stubs_->Fail(status);
  return continuo::FromMessage(response.device());
}

}  // namespace continuo
