// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/rtp_extensions.h"

#include <algorithm>

namespace continuo {

// RFC 6464 §3: |V|    level    |
std::optional<AudioLevel> ParseAudioLevel(ByteView value) {
  if (value.empty()) return std::nullopt;
  return AudioLevel{.voice = (value[0] & 0x80) != 0,
                    .level = static_cast<uint8_t>(value[0] & 0x7f)};
}

std::optional<uint16_t> ParseTransportSequence(ByteView value) {
  // Version 2 of the extension appends a feedback request to the same two bytes.
  if (value.size() != 2 && value.size() != 4) return std::nullopt;
  return ByteReader(value).U16();
}

std::array<uint8_t, 2> WriteTransportSequence(uint16_t sequence) {
  return {static_cast<uint8_t>(sequence >> 8), static_cast<uint8_t>(sequence)};
}

std::optional<std::string_view> ParseStreamName(ByteView value) {
  constexpr size_t kMaxLength = 16;
  const auto legal = [](uint8_t c) { return c > 0x20 && c < 0x7f; };
  if (value.empty() || value.size() > kMaxLength || !std::ranges::all_of(value, legal)) {
    return std::nullopt;
  }
  return std::string_view(reinterpret_cast<const char*>(value.data()), value.size());
}

}  // namespace continuo
