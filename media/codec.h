// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace continuo {

enum class VideoCodec : uint8_t { kVp8 = 0, kH264 = 1 };
inline constexpr int kVideoCodecCount = 2;

constexpr std::string_view ToString(VideoCodec codec) {
  return codec == VideoCodec::kVp8 ? "vp8" : "h264";
}

// RTP clock rates: RFC 3551 for video, RFC 7587 for Opus.
inline constexpr int kVideoClockRate = 90'000;
inline constexpr int kAudioClockRate = 48'000;

}  // namespace continuo
