// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rate.h"
#include "media/codec.h"
#include "media/pixel_size.h"

namespace continuo {

// A step of the ladder, by what an endpoint's link can carry.
enum class Rung : uint8_t { kHd = 0, kSd = 1 };
inline constexpr int kRungCount = 2;

// A rendition of the room's picture: encoded once, whoever is on it.
struct VideoRendition {
  VideoCodec codec = VideoCodec::kVp8;
  Rung rung = Rung::kHd;
  friend constexpr bool operator==(VideoRendition, VideoRendition) = default;
  // 0 to kVideoRenditionCount - 1: for arrays and for the wire of the link.
  constexpr int index() const {
    return static_cast<int>(rung) * kVideoCodecCount + static_cast<int>(codec);
  }
  static constexpr std::optional<VideoRendition> FromIndex(int index) {
    if (index < 0 || index >= kRungCount * kVideoCodecCount) return std::nullopt;
    return VideoRendition{static_cast<VideoCodec>(index % kVideoCodecCount),
                          static_cast<Rung>(index / kVideoCodecCount)};
  }
};
inline constexpr int kVideoRenditionCount = kRungCount * kVideoCodecCount;

// What a rung asks of the encoders. Audio is Opus in 20 ms frames on these two rungs.
struct RungSpec {
  std::string_view name;
  PixelSize size;
  int frames_per_second;
  DataRate video_rate;
  DataRate audio_rate;
};

constexpr RungSpec SpecOf(Rung rung) {
  return rung == Rung::kHd ? RungSpec{"hd",
                                      {1280, 720},
                                      25,
                                      DataRate::KilobitsPerSec(1200),
                                      DataRate::KilobitsPerSec(32)}
                           : RungSpec{"sd",
                                      {640, 360},
                                      20,
                                      DataRate::KilobitsPerSec(400),
                                      DataRate::KilobitsPerSec(24)};
}

constexpr std::optional<Rung> RungFromName(std::string_view name) {
  if (name == "hd") return Rung::kHd;
  if (name == "sd") return Rung::kSd;
  return std::nullopt;
}

}  // namespace continuo
