// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "codecs/video_decoder.h"
#include "hwaccel/engine.h"

namespace continuo {

// A decoder of an Engine: on the device, or on the CPU once the device refused the stream.
class EngineDecoder final : public VideoDecoder {
 public:
  static Result<std::unique_ptr<VideoDecoder>> Create(Engine& engine, VideoCodec codec);
  ~EngineDecoder() override;

  Result<std::unique_ptr<const VideoFrame>> Decode(const EncodedFrame& frame) override;

 private:
  EngineDecoder(Engine& engine, VideoCodec codec);
  Status Open();
  Status MoveToCpu();
  Result<std::unique_ptr<const VideoFrame>> DecodeOnce(const EncodedFrame& frame);

  Engine& engine_;
  const VideoCodec codec_;
  Backend backend_ = Backend::kCpu;
  std::unique_ptr<VideoDecoder> decoder_;
};

}  // namespace continuo
