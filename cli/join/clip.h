// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "media/codec.h"
#include "media/encoded_frame.h"
#include "media/pixel_size.h"

namespace continuo {

// A few seconds of picture, encoded once and played in a loop for as long as the endpoint is there:
// so that sending costs next to nothing, and one machine can play a whole room. A key frame at the
// start and after every second, so that a receiver who asks for one has it at once.
struct VideoClip {
  VideoCodec codec = VideoCodec::kVp8;
  int frames_per_second = 30;
  std::vector<OwnedEncodedFrame> frames;
};

// The same for sound: Opus payloads of 20 ms.
struct AudioClip {
  std::vector<std::vector<uint8_t>> payloads;
};

// `source` is a file that FFmpeg reads, scaled to fit `fit`, at most 20 s of it; or
// "pattern:NUMBER", a moving picture made up here, with its frame number as a barcode.
Result<VideoClip> LoadVideoClip(const std::string& source, VideoCodec codec, PixelSize fit);
// `source` is a file that FFmpeg reads, at most 60 s of it; or "tone:HERTZ".
Result<AudioClip> LoadAudioClip(const std::string& source);

}  // namespace continuo
