// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "codecs/registry.h"
#include "media/encoded_frame.h"
#include "tests/support/test_picture.h"

namespace continuo {

// Encodes the moving test picture, number after number, and keeps what came out.
class MovingStream {
 public:
  MovingStream(VideoCodec codec, const VideoEncoderConfig& config)
      : config_(config),
        encoder_(CreateVideoEncoder(codec, config).value()),
        picture_(config.size) {}

  // The next `count` frames, the first one forced to be a key frame or not.
  std::vector<OwnedEncodedFrame> Next(int count, ForceKeyFrame force = ForceKeyFrame::kNo) {
    std::vector<OwnedEncodedFrame> frames(static_cast<size_t>(count));
    for (OwnedEncodedFrame& frame : frames) {
      DrawMovingPicture(number_, picture_.view());
      const auto encoded = encoder_->Encode(picture_.view(), RtpTimestampOf(number_),
                                            Timestamp::Millis(1000 + number_), force);
      EXPECT_TRUE(encoded) << ToString(encoded.error());
      frame.Assign(*encoded);
      force = ForceKeyFrame::kNo;
      ++number_;
    }
    return frames;
  }

  VideoEncoder& encoder() { return *encoder_; }
  static uint32_t RtpTimestampOf(uint16_t number) { return 5000 + 3600u * number; }

 private:
  VideoEncoderConfig config_;
  std::unique_ptr<VideoEncoder> encoder_;
  TestPicture picture_;
  uint16_t number_ = 0;
};

// Of a decoder that has not seen anything yet.
inline void ExpectRefusesNoiseAndForeignFrames(VideoDecoder& decoder, VideoCodec codec) {
  std::vector<uint8_t> noise(500, 0xa5);
  EncodedFrame frame{.codec = codec, .payload = noise};
  EXPECT_EQ(decoder.Decode(frame).error().code, ErrorCode::kMalformed);
  frame.payload = {};
  EXPECT_EQ(decoder.Decode(frame).error().code, ErrorCode::kMalformed);
  frame.codec = codec == VideoCodec::kVp8 ? VideoCodec::kH264 : VideoCodec::kVp8;
  EXPECT_EQ(decoder.Decode(frame).error().code, ErrorCode::kInvalidArgument);
}

inline int CountKeyFrames(const std::vector<OwnedEncodedFrame>& frames) {
  int count = 0;
  for (const auto& frame : frames) count += frame.kind == FrameKind::kKey ? 1 : 0;
  return count;
}

inline std::string NameOf(const ::testing::TestParamInfo<VideoCodec>& info) {
  return std::string(ToString(info.param));
}

}  // namespace continuo
