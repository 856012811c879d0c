// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "codecs/video_encoder.h"

namespace continuo {

struct Vp8Options {
  // 4 to 16, fixed: at 16 the quickest. (libvpx would otherwise spend whatever time is left over.)
  int speed = 8;
  int threads = 1;
};

// Encodes VP8 with libvpx itself: FFmpeg's wrapper ignores a change of rate. Constant rate with a
// one-second buffer; at a rate that the picture doesn't fit into, it drops frames rather than send
// them late. Reads the caller's planes in place.
Result<std::unique_ptr<VideoEncoder>> CreateVp8Encoder(const VideoEncoderConfig& config,
                                                       const Vp8Options& options = {});

}  // namespace continuo
