// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "codecs/video_encoder.h"
#include "hwaccel/engine.h"
#include "hwaccel/picture_buffer.h"

namespace continuo {

// An encoder of an Engine: on the device, or in software with a download of every picture that is
// on the device.
class EngineEncoder final : public VideoEncoder {
 public:
  static Result<std::unique_ptr<VideoEncoder>> Create(Engine& engine, VideoCodec codec,
                                                      const VideoEncoderConfig& config);
  ~EngineEncoder() override;

  Result<EncodedFrame> Encode(const PictureView& picture, uint32_t rtp_timestamp,
                              Timestamp capture_time, ForceKeyFrame force) override;
  Status SetRate(DataRate rate) override;
  Status SetRegions(std::span<const QualityRegion> regions) override;

 private:
  explicit EngineEncoder(Engine& engine);
  Status Open(VideoCodec codec, const VideoEncoderConfig& config);
  Result<PictureView> InMemory(const PictureView& picture);
  // Tells the engine of an error that is the device's.
  tl::unexpected<Error> Failed(Error error);

  Engine& engine_;
  Backend backend_ = Backend::kCpu;
  std::unique_ptr<VideoEncoder> encoder_;
  PictureBuffer downloaded_;
};

}  // namespace continuo
