// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "codecs/ffmpeg/decode_accelerator.h"
#include "codecs/stream_check.h"
#include "codecs/video_decoder.h"
#include "media/codec.h"

namespace continuo {

// Decodes VP8 or H.264 with libavcodec, on the calling thread. The picture that comes out is
// libavcodec's own buffer, referenced and not copied; a full-range H.264 picture (yuvj420p) is the
// exception and is converted to limited range. Sizes beyond the limits and anything but 8-bit 4:2:0
// are kUnsupported, and are refused from the header, before libavcodec sees the frame. H.264 whose
// sender reorders (B-frames) comes out late: the timestamps stay with their pictures.
// A picture that libavcodec finds damaged is kMalformed and is not shown; the next key frame starts
// afresh. VP8 has no redundancy to find damage by, and a frame that is missing altogether is not
// noticed here in either codec: whoever assembles frames knows. Turns libav's logging off for the
// whole process.
// With an accelerator it decodes there and nowhere else: a stream that the device refuses, by its
// profile, size or range of samples, is kUnsupported, and so is a key frame that it fails on while
// it does work otherwise.
Result<std::unique_ptr<VideoDecoder>> CreateFfmpegDecoder(
    VideoCodec codec, const DecoderLimits& limits = {},
    std::unique_ptr<DecodeAccelerator> accelerator = nullptr);

// Whether this libavcodec has the decoder at all.
bool FfmpegCanDecode(VideoCodec codec);

}  // namespace continuo
