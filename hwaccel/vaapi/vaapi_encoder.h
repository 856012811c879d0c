// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "codecs/video_encoder.h"
#include "hwaccel/device.h"
#include "hwaccel/limits.h"
#include "hwaccel/vaapi/vaapi_display.h"

namespace continuo {

struct VaapiEncoderParts {
  const Device& device;
  const VaapiDisplay& display;
  const Limits::Encode& limits;
};

// Encodes constrained-baseline H.264 with libva, from pictures of `device` that have memory for
// whole macroblocks: a canvas. Like codecs/x264's: one slice, one reference, constant rate with a
// half-second buffer, parameter sets with every key frame, start codes of four bytes, no SEI, no
// delimiters. A picture that the driver could not fit or got wrong comes out empty, as one that
// rate control dropped, and the next is a key frame; several in a row are kDeviceFailed.
Result<std::unique_ptr<VideoEncoder>> CreateVaapiEncoder(const VaapiEncoderParts& parts,
                                                         const VideoEncoderConfig& config);

}  // namespace continuo
