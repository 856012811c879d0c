// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace continuo {

// The header extensions that we negotiate, by the URI of their extmap line, and the layout of those
// whose value is more than a string. Values come from RtpPacket::Extension().
inline constexpr std::string_view kMidExtensionUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
inline constexpr std::string_view kRidExtensionUri =
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
inline constexpr std::string_view kRepairedRidExtensionUri =
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
inline constexpr std::string_view kAudioLevelExtensionUri =
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
inline constexpr std::string_view kTransportSequenceExtensionUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::string_view kAbsSendTimeExtensionUri =
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

// RFC 6464: how loud the packet is, and whether its sender takes it for speech.
struct AudioLevel {
  bool voice = false;
  uint8_t level = 127;  // -dBov: 0 is the loudest, 127 silence
};
std::optional<AudioLevel> ParseAudioLevel(ByteView value);

// The transport-wide sequence number, one counter for all streams of a transport.
std::optional<uint16_t> ParseTransportSequence(ByteView value);
std::array<uint8_t, 2> WriteTransportSequence(uint16_t sequence);

// A MID, RID or repaired RID, RFC 7941: 1 to 16 characters of RFC 8852's and RFC 8843's kind.
std::optional<std::string_view> ParseStreamName(ByteView value);

}  // namespace continuo
