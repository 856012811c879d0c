// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "codecs/registry.h"
#include "media/h264_reader.h"
#include "tests/unit/codecs/video_streams.h"
#include "tests/unit/hwaccel_vpl/vpl_device.h"

namespace continuo {
namespace {

constexpr VideoEncoderConfig kSd{
    .size = {640, 360}, .frames_per_second = 25, .rate = DataRate::KilobitsPerSec(800)};

class VplEncoderTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(device_, nullptr); }

  std::unique_ptr<VideoEncoder> Encoder(const VideoEncoderConfig& config = kSd) {
    auto encoder = device_->CreateEncoder(VideoCodec::kH264, config);
    EXPECT_TRUE(encoder) << ToString(encoder.error());
    return *std::move(encoder);
  }
  // The next `count` pictures of the moving scene on a canvas of the device, encoded; those that
  // show what they should are counted.
  std::vector<OwnedEncodedFrame> Encode(VideoEncoder& encoder, int count,
                                        ForceKeyFrame force = ForceKeyFrame::kNo,
                                        PixelSize size = kSd.size) {
    if (canvas_ == nullptr) canvas_ = *device_->CreateCompositor(size);
    TestPicture picture(size);
    std::vector<OwnedEncodedFrame> frames(static_cast<size_t>(count));
    for (OwnedEncodedFrame& frame : frames) {
      DrawMovingPicture(number_++, picture.view());
      canvas_->DrawPicture({0, 0, size.width, size.height}, picture.view(), {});
      EXPECT_TRUE(canvas_->Finish());
      const auto encoded =
          encoder.Encode(*canvas_->Canvas(size), number_, Timestamp::Millis(number_), force);
      EXPECT_TRUE(encoded) << ToString(encoded.error());
      if (!encoded) return frames;
      frame.Assign(*encoded);
      force = ForceKeyFrame::kNo;
      const auto decoded = decoder_->Decode(frame.view());
      EXPECT_TRUE(decoded && *decoded != nullptr);
      if (!decoded || *decoded == nullptr) continue;
      EXPECT_EQ((*decoded)->size(), size);
      psnr_.push_back(PlanePsnr((*decoded)->picture(), picture.view(), 0));
    }
    return frames;
  }
  static double KbpsOf(const std::vector<OwnedEncodedFrame>& frames) {
    size_t bytes = 0;
    for (const auto& frame : frames) bytes += frame.payload.size();
    return static_cast<double>(bytes) * 8 / 1000 * kSd.frames_per_second /
           static_cast<double>(frames.size());
  }
  static std::vector<H264NalType> UnitsOf(const OwnedEncodedFrame& frame) {
    std::vector<H264NalType> types;
    H264NalReader reader(frame.payload);
    while (const auto unit = reader.Next()) types.push_back(unit->type());
    return types;
  }

  const std::unique_ptr<Device> device_ = OpenDeviceUnderTest();
  std::unique_ptr<Compositor> canvas_;
  std::unique_ptr<VideoDecoder> decoder_ = *CreateVideoDecoder(VideoCodec::kH264);
  uint16_t number_ = 0;
  std::vector<double> psnr_;
};

TEST_F(VplEncoderTest, WhatComesOutShowsWhatWentIn) {
  const auto encoder = Encoder();
  const auto frames = Encode(*encoder, 40);
  ASSERT_EQ(psnr_.size(), 40u);
  for (const double psnr : psnr_) EXPECT_GT(psnr, 32);
  EXPECT_EQ(frames.front().rtp_timestamp, 1u);
  EXPECT_EQ(frames.back().capture_time, Timestamp::Millis(40));
  EXPECT_EQ(device_->probe().downloads.value(), 0);
}

TEST_F(VplEncoderTest, KeyFramesComeAtTheStartAndWhenForcedWithTheirParameterSets) {
  const auto encoder = Encoder();
  std::vector<OwnedEncodedFrame> frames = Encode(*encoder, 60);
  for (auto& frame : Encode(*encoder, 30, ForceKeyFrame::kYes)) frames.push_back(std::move(frame));
  for (size_t i = 0; i < frames.size(); ++i) {
    const bool is_key = i == 0 || i == 60;
    EXPECT_EQ(frames[i].kind == FrameKind::kKey, is_key) << i;
    EXPECT_EQ(H264FrameKind(frames[i].payload) == FrameKind::kKey, is_key) << i;
    const std::vector<H264NalType> key{H264NalType::kSps, H264NalType::kPps,
                                       H264NalType::kIdrSlice};
    EXPECT_EQ(UnitsOf(frames[i]), is_key ? key : std::vector{H264NalType::kSlice}) << i;
  }
}

TEST_F(VplEncoderTest, TheStreamIsWhatBrowsersDecodeWithoutDelay) {
  const auto frame = Encode(*Encoder(), 1).front();
  H264NalReader reader(frame.payload);
  const auto sps = ParseH264Sps(reader.Next()->bytes);
  ASSERT_TRUE(sps);
  EXPECT_TRUE(sps->IsConstrainedBaseline());
  EXPECT_EQ(sps->max_reference_frames, 1);
  EXPECT_EQ(sps->reordered_frames, 0);
  EXPECT_EQ(sps->visible_rect, (PixelRect{0, 0, 640, 360}));
  EXPECT_EQ(std::vector(frame.payload.begin(), frame.payload.begin() + 5),
            (std::vector<uint8_t>{0, 0, 0, 1, 0x67}));
}

TEST_F(VplEncoderTest, ARateChangeTakesEffectWithoutAKeyFrame) {
  const auto encoder = Encoder();
  Encode(*encoder, 30);
  for (const int kbps : {300, 3000, 800}) {
    ASSERT_TRUE(encoder->SetRate(DataRate::KilobitsPerSec(kbps)));
    EXPECT_EQ(CountKeyFrames(Encode(*encoder, 25)), 0);
    const auto frames = Encode(*encoder, 50);
    EXPECT_EQ(CountKeyFrames(frames), 0);
    EXPECT_NEAR(KbpsOf(frames), kbps, kbps * 0.25);
  }
}

TEST_F(VplEncoderTest, RatesThatTheRuntimeWouldChangeAreUnsupported) {
  VideoEncoderConfig thin = kSd;
  thin.rate = DataRate::KilobitsPerSec(20);
  EXPECT_EQ(device_->CreateEncoder(VideoCodec::kH264, thin).error().code, ErrorCode::kUnsupported);
  const auto encoder = Encoder();
  for (const int kbps : {20, 20'000}) {
    const auto refused = encoder->SetRate(DataRate::KilobitsPerSec(kbps));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported) << ToString(refused.error());
  }
  EXPECT_EQ(encoder->SetRate(DataRate::KilobitsPerSec(1)).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(CountKeyFrames(Encode(*encoder, 5)), 1);
  EXPECT_TRUE(encoder->SetRate(DataRate::KilobitsPerSec(900)));
  EXPECT_EQ(CountKeyFrames(Encode(*encoder, 5)), 0);
}

TEST_F(VplEncoderTest, OddMultiplesOfABlockAreCropped) {
  for (const PixelSize size :
       {PixelSize{426, 240}, PixelSize{320, 180}, PixelSize{1280, 720}, PixelSize{182, 322}}) {
    SCOPED_TRACE(size.width);
    VideoEncoderConfig config = kSd;
    config.size = size;
    const auto encoder = Encoder(config);
    canvas_.reset();
    Encode(*encoder, 5, ForceKeyFrame::kNo, size);
  }
  EXPECT_EQ(psnr_.size(), 20u);
}

TEST_F(VplEncoderTest, TakesOnlyPicturesOfItsDeviceAndSize) {
  const auto encoder = Encoder();
  TestPicture picture(kSd.size);
  EXPECT_EQ(encoder->Encode(picture.view(), 1, Timestamp(), ForceKeyFrame::kNo).error().code,
            ErrorCode::kInvalidArgument);
  const auto other = *device_->CreateCompositor({320, 180});
  const auto small = *other->Canvas({320, 180});
  EXPECT_EQ(encoder->Encode(small, 1, Timestamp(), ForceKeyFrame::kNo).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(device_->CreateEncoder(VideoCodec::kVp8, kSd).error().code, ErrorCode::kUnsupported);
}

TEST_F(VplEncoderTest, TwoEncodeOneCanvasSideBySide) {
  const auto hd = Encoder();
  VideoEncoderConfig half = kSd;
  half.size = {320, 180};
  const auto sd = Encoder(half);
  Encode(*hd, 3);
  const auto small = sd->Encode(*canvas_->Canvas({320, 180}), 1, Timestamp(), ForceKeyFrame::kNo);
  ASSERT_TRUE(small) << ToString(small.error());
  EXPECT_EQ(small->kind, FrameKind::kKey);
  EXPECT_EQ(CountKeyFrames(Encode(*hd, 3)), 0);
}

}  // namespace
}  // namespace continuo
