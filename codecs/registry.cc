// SPDX-License-Identifier: Apache-2.0
#include "codecs/registry.h"

#include <vector>

#include "codecs/ffmpeg/ffmpeg_decoder.h"
#include "codecs/opus/opus_codec.h"
#include "codecs/vpx/vp8_encoder.h"
#include "codecs/x264/x264_encoder.h"

namespace continuo {

std::span<const VideoCodec> SupportedVideoCodecs() {
  // The encoders are linked in; the decoders depend on how libavcodec was built.
  static const std::vector<VideoCodec> codecs = [] {
    std::vector<VideoCodec> found;
    for (const VideoCodec codec : {VideoCodec::kVp8, VideoCodec::kH264}) {
      if (FfmpegCanDecode(codec)) found.push_back(codec);
    }
    return found;
  }();
  return codecs;
}

Result<std::unique_ptr<VideoDecoder>> CreateVideoDecoder(VideoCodec codec) {
  return CreateFfmpegDecoder(codec);
}

Result<std::unique_ptr<VideoEncoder>> CreateVideoEncoder(VideoCodec codec,
                                                         const VideoEncoderConfig& config) {
  return codec == VideoCodec::kVp8 ? CreateVp8Encoder(config) : CreateX264Encoder(config);
}

Result<std::unique_ptr<AudioDecoder>> CreateAudioDecoder() { return CreateOpusDecoder(); }

Result<std::unique_ptr<AudioEncoder>> CreateAudioEncoder(DataRate rate) {
  return CreateOpusEncoder({.rate = rate});
}

}  // namespace continuo
