// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace continuo {

// A room's resource id, as in `rooms/crisis` and in the page's address: 1 to 64 ASCII letters,
// digits, '-', '_' or '.', the first a letter or digit.
inline constexpr size_t kMaxRoomNameLength = 64;
bool IsRoomName(std::string_view name);

// What people call a participant: 1 to 64 characters of valid UTF-8, not all blank, with no control
// characters and no marks that reverse the direction of the text around them.
inline constexpr size_t kMaxDisplayNameCharacters = 64;
bool IsDisplayName(std::string_view name);

// Resource names of continuo.v1: `rooms/{room}` and `rooms/{room}/participants/{participant}`.
struct ParticipantName {
  std::string_view room;
  ParticipantId participant;
};
// A device's is `devices/{device}`.
std::string DeviceResource(std::string_view device);
std::optional<std::string_view> ParseDeviceResource(std::string_view resource);
std::string RoomResource(std::string_view room);
std::string ParticipantResource(std::string_view room, ParticipantId participant);
// The room's id; none when it is not such a name.
std::optional<std::string_view> ParseRoomResource(std::string_view resource);
std::optional<ParticipantName> ParseParticipantResource(std::string_view resource);

}  // namespace continuo
