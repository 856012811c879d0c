// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/conference.h"
#include "continuo/v1/devices.pb.h"
#include "continuo/v1/participants.pb.h"
#include "continuo/v1/rooms.pb.h"

namespace continuo {

// Our views as messages of continuo.v1, and back.
v1::Room ToMessage(const RoomView& room);
v1::Participant ToMessage(const RoomView& room, const ParticipantView& participant);
v1::Device ToMessage(const DeviceView& device);
v1::WatchRoomResponse ToWatchMessage(const RoomView& room, bool deleted);

// What a message says of a participant. Values that this build does not know become the defaults.
ParticipantView FromMessage(const v1::Participant& message);
EngineView FromMessage(const v1::Engine& message);
DeviceView FromMessage(const v1::Device& message);

}  // namespace continuo
