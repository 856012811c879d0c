// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "base/rate.h"
#include "base/result.h"
#include "codecs/audio_codec.h"
#include "codecs/video_decoder.h"
#include "codecs/video_encoder.h"
#include "media/codec.h"

namespace continuo {

// What this build can both decode and encode, best first: what a room may negotiate. Asked of the
// libraries at run time, since a distribution may leave a codec out.
std::span<const VideoCodec> SupportedVideoCodecs();

// Makers of the codecs that a mixer uses, each with the settings of a live conference. Software,
// one thread: a room is spread over cores by having several codecs, not by threads within one.
// kUnsupported when the codec isn't there, kInvalidArgument for a size, frame rate or bit rate
// that it can't do, kResourceExhausted when its library has no memory.
Result<std::unique_ptr<VideoDecoder>> CreateVideoDecoder(VideoCodec codec);
Result<std::unique_ptr<VideoEncoder>> CreateVideoEncoder(VideoCodec codec,
                                                         const VideoEncoderConfig& config);
Result<std::unique_ptr<AudioDecoder>> CreateAudioDecoder();
Result<std::unique_ptr<AudioEncoder>> CreateAudioEncoder(DataRate rate);

}  // namespace continuo
