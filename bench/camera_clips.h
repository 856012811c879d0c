// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "media/encoded_frame.h"
#include "media/pixel_size.h"

namespace continuo {

inline constexpr PixelSize kCameraSize{640, 480};
inline constexpr int kCameraFramesPerSecond = 30;

// What one camera sent: H.264, constrained baseline, as a browser's. Each picture carries its
// number, from 1, as a barcode (tests/support/test_picture.h).
struct CameraClip {
  std::filesystem::path annex_b;
  std::filesystem::path mp4;  // the same access units, for programs that want times with them
  std::vector<uint8_t> bytes;
  std::vector<EncodedFrame> frames;  // views of `bytes`
};

struct CameraClips {
  std::vector<CameraClip> clips;
  bool synthetic = false;
};

// So many clips of `seconds`, made once and kept in `cache`: from the people in
// $CONTINUO_MEDIA/webcam, looped, or made up where there are none. Takes the program ffmpeg.
Result<CameraClips> LoadCameraClips(int people, int seconds, const std::filesystem::path& cache);

}  // namespace continuo
