// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "media/encoded_frame.h"
#include "media/video_frame.h"

namespace continuo {

// Decodes one participant's stream, a whole access unit at a time, in decoding order. Low delay: a
// frame goes in, its picture comes out of the same call. Does not wait for or ask for key frames:
// after an error the caller does that. One thread at a time. A picture it returned stays valid
// after the decoder is gone. Hostile input is an error of kMalformed, never a crash of ours.
class VideoDecoder {
 public:
  virtual ~VideoDecoder() = default;

  // The decoded picture, or null when the frame carries none to show (parameter sets alone).
  virtual Result<std::unique_ptr<const VideoFrame>> Decode(const EncodedFrame& frame) = 0;
};

}  // namespace continuo
