// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "api/control_client.h"

namespace continuo {

// What the control plane said, for people and for programs. JSON has the field names of continuo.v1
// and stands on one line; tables have a heading and columns that line up.
std::string RoomsTable(const std::vector<RoomSummary>& rooms);
std::string RoomsJson(const std::vector<RoomSummary>& rooms);
// Also says what makes the picture.
std::string RoomText(const RoomSummary& room);
std::string RoomJson(const RoomSummary& room);
std::string ParticipantsTable(const std::vector<ParticipantView>& participants);
std::string ParticipantsJson(const std::string& room,
                             const std::vector<ParticipantView>& participants);
std::string UpdateText(const RoomUpdate& update);
std::string UpdateJson(const RoomUpdate& update);
std::string DevicesTable(const std::vector<DeviceView>& devices);
std::string DevicesJson(const std::vector<DeviceView>& devices);
std::string DeviceJson(const DeviceView& device);
std::string InvitationJson(const MadeInvitation& invitation);

}  // namespace continuo
