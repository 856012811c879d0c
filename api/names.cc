// SPDX-License-Identifier: Apache-2.0
#include "api/names.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace continuo {
namespace {

constexpr std::string_view kRooms = "rooms/";
constexpr std::string_view kDevices = "devices/";
constexpr std::string_view kParticipants = "/participants/";

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Takes one character off the front. None when it is not valid UTF-8 (RFC 3629: shortest form, no
// surrogates, nothing above U+10FFFF).
std::optional<char32_t> TakeCharacter(std::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                                       : 4;
  if (length == 0 || first > 0xf4 || text.size() < length) return std::nullopt;
  char32_t character = length == 1 ? first : first & (0xff >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    character = (character << 6) | (byte(i) & 0x3f);
  }
  const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
  const bool surrogate = character >= 0xd800 && character <= 0xdfff;
  if (overlong || surrogate || character > 0x10ffff) return std::nullopt;
  text.remove_prefix(length);
  return character;
}

// Control characters, line and paragraph separators, and the marks with which a name could pass
// itself off as another: bidirectional embeddings, overrides and isolates, and the byte order mark.
bool IsForbidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

bool IsBlank(char32_t c) {
  return c == ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x205f ||
         c == 0x2060 || c == 0x3000;
}

}  // namespace

bool IsRoomName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxRoomNameLength && IsAlphanumeric(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool IsDisplayName(std::string_view name) {
  size_t characters = 0;
  bool visible = false;
  while (!name.empty()) {
    const std::optional<char32_t> character = TakeCharacter(name);
    if (!character || IsForbidden(*character)) return false;
    if (++characters > kMaxDisplayNameCharacters) return false;
    visible = visible || !IsBlank(*character);
  }
  return visible;
}

std::string RoomResource(std::string_view room) { return std::string(kRooms).append(room); }

std::string DeviceResource(std::string_view device) { return std::string(kDevices).append(device); }

std::optional<std::string_view> ParseDeviceResource(std::string_view resource) {
  if (!resource.starts_with(kDevices)) return std::nullopt;
  resource.remove_prefix(kDevices.size());
  if (!IsRoomName(resource)) return std::nullopt;  // made of the same characters
  return resource;
}

std::string ParticipantResource(std::string_view room, ParticipantId participant) {
  return RoomResource(room).append(kParticipants).append(std::to_string(participant.value()));
}

std::optional<std::string_view> ParseRoomResource(std::string_view resource) {
  if (!resource.starts_with(kRooms)) return std::nullopt;
  resource.remove_prefix(kRooms.size());
  if (!IsRoomName(resource)) return std::nullopt;
  return resource;
}

std::optional<ParticipantName> ParseParticipantResource(std::string_view resource) {
  const size_t split = resource.find(kParticipants);
  if (split == std::string_view::npos) return std::nullopt;
  const auto room = ParseRoomResource(resource.substr(0, split));
  const std::string_view digits = resource.substr(split + kParticipants.size());
  uint32_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (!room || error != std::errc() || end != digits.data() + digits.size() || id == 0) {
    return std::nullopt;
  }
  return ParticipantName{*room, ParticipantId(id)};
}

}  // namespace continuo
