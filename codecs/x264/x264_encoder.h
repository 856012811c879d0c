// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "codecs/video_encoder.h"

namespace continuo {

struct X264Options {
  std::string preset = "veryfast";  // one of x264's own names
};

// Encodes constrained-baseline H.264 with x264, tuned for zero latency: no B-frames, no CABAC, one
// slice, one thread. Constant rate with a half-second buffer; it never drops a frame. Every key
// frame carries its parameter sets. Every start code has four bytes; no SEI. The level is the
// lowest that fits size, frame rate and the first rate.
Result<std::unique_ptr<VideoEncoder>> CreateX264Encoder(const VideoEncoderConfig& config,
                                                        const X264Options& options = {});

}  // namespace continuo
