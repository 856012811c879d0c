// SPDX-License-Identifier: Apache-2.0
#include "api/participant_service.h"

#include <cstdio>
#include <string>

#include "api/grpc_messages.h"
#include "api/grpc_status.h"
#include "api/names.h"
#include "api/page_token.h"

namespace continuo {
namespace {

grpc::Status BadName(std::string_view text) {
  return ToGrpcStatus({ErrorCode::kInvalidArgument, text, {}});
}

// Ids are given in order of joining; with leading zeros their text is in that order too.
std::string JoinOrder(const ParticipantView& participant) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%010u", participant.id.value());
  return digits;
}

}  // namespace

grpc::ServerUnaryReactor* ParticipantService::ListParticipants(
    grpc::CallbackServerContext* context, const v1::ListParticipantsRequest* request,
    v1::ListParticipantsResponse* response) {
  return calls_.Answer(context, [=, this] {
    const auto name = ParseRoomResource(request->parent());
    if (!name) return BadName("The parent of participants is rooms/{room}");
    auto room = conference_.GetRoom(*name);
    if (!room) return ToGrpcStatus(room.error());
    std::sort(room->participants.begin(), room->participants.end(),
              [](const ParticipantView& a, const ParticipantView& b) { return a.id < b.id; });
    const auto page =
        TakePage(room->participants, request->page_size(), request->page_token(), JoinOrder);
    for (const ParticipantView& participant : page.items) {
      *response->add_participants() = ToMessage(*room, participant);
    }
    response->set_next_page_token(page.next_token);
    return grpc::Status::OK;
  });
}

grpc::ServerUnaryReactor* ParticipantService::RemoveParticipant(
    grpc::CallbackServerContext* context, const v1::RemoveParticipantRequest* request,
    v1::RemoveParticipantResponse*) {
  return calls_.Answer(context, [=, this] {
    const auto name = ParseParticipantResource(request->name());
    if (!name) {
      return BadName("A participant is named rooms/{room}/participants/{participant}");
    }
    const Status removed = conference_.RemoveParticipant(name->room, name->participant);
    return removed ? grpc::Status::OK : ToGrpcStatus(removed.error());
  });
}

}  // namespace continuo
