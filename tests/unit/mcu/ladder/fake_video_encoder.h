// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "codecs/video_encoder.h"
#include "mcu/ladder/rendition_encoder.h"

namespace continuo {

// What happened to the encoders of one test, and what is to happen to them.
struct EncoderBench {
  struct Call {
    VideoCodec codec;
    PixelSize size;
    uint8_t luma;  // of the picture's top left
    Timestamp at;
    uint32_t rtp_timestamp;
    ForceKeyFrame force;
  };
  std::vector<Call> calls;
  std::vector<VideoEncoderConfig> made;
  int alive = 0;
  bool refuse_to_make = false;
  bool fail = false;
  bool drop = false;
  bool ignore_forced_key_frames = false;
};

// Encodes a picture into one byte. Starts with a key frame and makes one whenever it is told to.
class FakeVideoEncoder final : public VideoEncoder {
 public:
  FakeVideoEncoder(VideoCodec codec, EncoderBench& bench) : codec_(codec), bench_(bench) {
    ++bench_.alive;
  }
  ~FakeVideoEncoder() override { --bench_.alive; }

  Result<EncodedFrame> Encode(const PictureView& view, uint32_t rtp_timestamp,
                              Timestamp capture_time, ForceKeyFrame force) override {
    const I420View& picture = view.memory();
    bench_.calls.push_back(
        {codec_, picture.size, picture.planes[0][0], capture_time, rtp_timestamp, force});
    if (bench_.fail) return Fail(ErrorCode::kInternal, "broken");
    const bool forced = force == ForceKeyFrame::kYes && !bench_.ignore_forced_key_frames;
    const FrameKind kind = first_ || forced ? FrameKind::kKey : FrameKind::kDelta;
    if (bench_.drop) return EncodedFrame{codec_, kind, rtp_timestamp, capture_time, {}};
    first_ = false;
    byte_ = picture.planes[0][0];
    return EncodedFrame{codec_, kind, rtp_timestamp, capture_time, ByteView(&byte_, 1)};
  }
  Status SetRate(DataRate) override { return {}; }

  static VideoEncoderFactory Factory(EncoderBench& bench) {
    return [&bench](VideoCodec codec,
                    const VideoEncoderConfig& config) -> Result<std::unique_ptr<VideoEncoder>> {
      if (bench.refuse_to_make) return Fail(ErrorCode::kUnavailable, "none left");
      bench.made.push_back(config);
      return std::make_unique<FakeVideoEncoder>(codec, bench);
    };
  }

 private:
  VideoCodec codec_;
  EncoderBench& bench_;
  bool first_ = true;
  uint8_t byte_ = 0;
};

}  // namespace continuo
