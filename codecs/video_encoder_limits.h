// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "base/rate.h"
#include "base/result.h"
#include "codecs/video_encoder.h"
#include "media/video_frame.h"

namespace continuo {

inline constexpr int kMaxEncodedSide = 4096;
inline constexpr int kMaxEncodedFramesPerSecond = 120;
inline constexpr int kMaxIntraRefreshPictures = 1000;
inline constexpr int kMaxQualityRegions = 32;  // of an encoder in software
inline constexpr int kMaxQpDelta = 51;         // H.264's range of QP
inline constexpr DataRate kMinEncodedRate = DataRate::KilobitsPerSec(5);
inline constexpr DataRate kMaxEncodedRate = DataRate::KilobitsPerSec(50'000);

// What every encoder checks of its configuration, so that all refuse the same: kInvalidArgument
// for a size that is odd, empty or too large, and for a frame rate, rate or refresh out of bounds.
Status CheckVideoConfig(const VideoEncoderConfig& config);
Status CheckVideoRate(DataRate rate);
// What every encoder checks of regions, of which it takes `at_most`.
Status CheckQualityRegions(std::span<const QualityRegion> regions, PixelSize picture, int at_most);
// What every encoder in software checks of a picture: it is in memory, and of the configured size.
Status CheckVideoPicture(const PictureView& picture, PixelSize configured);

}  // namespace continuo
