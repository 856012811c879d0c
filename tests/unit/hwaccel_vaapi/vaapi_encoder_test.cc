// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_encoder.h"

#include <gtest/gtest.h>

#include <vector>

#include "codecs/registry.h"
#include "hwaccel/compositor.h"
#include "media/h264_reader.h"
#include "tests/support/test_picture.h"
#include "tests/unit/hwaccel_vaapi/vaapi_test_device.h"

namespace continuo {
namespace {

// Draws the moving test picture on a canvas of the device, encodes it there, and decodes in
// software what came out.
class VaapiEncoderTest : public testing::Test {
 protected:
  void Open(PixelSize size, DataRate rate = DataRate::KilobitsPerSec(800)) {
    size_ = size;
    compositor_ = device_->CreateCompositor(size).value();
    auto encoder = device_->CreateEncoder(VideoCodec::kH264, {size, 25, rate});
    ASSERT_TRUE(encoder) << ToString(encoder.error());
    encoder_ = *std::move(encoder);
  }
  PictureView Draw(uint16_t number) {
    picture_ = std::make_unique<TestPicture>(size_);
    DrawMovingPicture(number, picture_->view());
    compositor_->DrawPicture({0, 0, size_.width, size_.height}, picture_->view(), {});
    EXPECT_TRUE(compositor_->Finish());
    return compositor_->Canvas(size_).value();
  }
  EncodedFrame Encode(uint16_t number, ForceKeyFrame force = ForceKeyFrame::kNo) {
    auto encoded = encoder_->Encode(Draw(number), 3600U * number, Timestamp::Millis(number), force);
    EXPECT_TRUE(encoded) << ToString(encoded.error());
    return encoded.value_or(EncodedFrame{});
  }
  // Decodes it, and compares with what was drawn last.
  void ExpectDecodes(const EncodedFrame& frame, uint16_t number) {
    const auto decoded = decoder_->Decode(frame);
    ASSERT_TRUE(decoded) << ToString(decoded.error());
    ASSERT_NE(*decoded, nullptr) << "delayed";
    ASSERT_EQ((*decoded)->size(), size_);
    EXPECT_EQ(ReadBarcode((*decoded)->picture()), number);
    EXPECT_GT(PlanePsnr((*decoded)->picture(), picture_->view(), 0), 28);
  }
  // Bytes of the next `count` pictures.
  size_t BytesOf(uint16_t first, int count) {
    size_t bytes = 0;
    for (int i = 0; i < count; ++i) {
      bytes += Encode(static_cast<uint16_t>(first + i)).payload.size();
    }
    return bytes;
  }

  std::unique_ptr<Device> device_ = OpenTestDevice();
  PixelSize size_;
  std::unique_ptr<Compositor> compositor_;
  std::unique_ptr<VideoEncoder> encoder_;
  std::unique_ptr<VideoDecoder> decoder_ = CreateVideoDecoder(VideoCodec::kH264).value();
  std::unique_ptr<TestPicture> picture_;
};

std::vector<H264NalType> UnitsOf(const EncodedFrame& frame) {
  std::vector<H264NalType> types;
  H264NalReader reader(frame.payload);
  while (const auto nal = reader.Next()) types.push_back(nal->type());
  return types;
}

using enum H264NalType;

TEST_F(VaapiEncoderTest, WhatItEncodesIsDecodedAtOnce) {
  Open({640, 360});
  for (uint16_t number = 0; number < 60; ++number) {
    const EncodedFrame frame = Encode(number);
    EXPECT_EQ(frame.rtp_timestamp, 3600U * number);
    EXPECT_EQ(frame.capture_time, Timestamp::Millis(number));
    EXPECT_EQ(frame.kind, number == 0 ? FrameKind::kKey : FrameKind::kDelta);
    ExpectDecodes(frame, number);
  }
}

TEST_F(VaapiEncoderTest, CropsSizesThatAreNotWholeMacroblocks) {
  for (const PixelSize size : {PixelSize{320, 180}, {426, 240}, {1280, 720}, {162, 90}}) {
    decoder_ = CreateVideoDecoder(VideoCodec::kH264).value();
    Open(size);
    for (uint16_t number = 0; number < 5; ++number) ExpectDecodes(Encode(number), number);
  }
}

TEST_F(VaapiEncoderTest, KeyFramesComeWhenForcedAndWithTheirParameterSets) {
  Open({640, 360});
  for (uint16_t number = 0; number < 20; ++number) {
    const bool force = number == 0 || number == 7 || number == 8 || number == 15;
    const EncodedFrame frame =
        Encode(number, force && number > 0 ? ForceKeyFrame::kYes : ForceKeyFrame::kNo);
    EXPECT_EQ(frame.kind, force ? FrameKind::kKey : FrameKind::kDelta) << number;
    const auto units = UnitsOf(frame);
    const std::vector<H264NalType> key{kSps, kPps, kIdrSlice};
    EXPECT_EQ(units, force ? key : std::vector<H264NalType>{kSlice});
    // Whoever joins here sees it.
    if (force) decoder_ = CreateVideoDecoder(VideoCodec::kH264).value();
    ExpectDecodes(frame, number);
  }
}

TEST_F(VaapiEncoderTest, IsConstrainedBaselineWithStartCodesOfFourBytes) {
  Open({640, 360});
  const EncodedFrame frame = Encode(0);
  H264NalReader reader(frame.payload);
  const auto sps = ParseH264Sps(reader.Next()->bytes).value();
  EXPECT_EQ(sps.profile_idc, 66);
  EXPECT_EQ(sps.visible_rect, (PixelRect{0, 0, 640, 360}));
  size_t end = 0;
  reader = H264NalReader(frame.payload);
  while (const auto nal = reader.Next()) {
    const auto begin = static_cast<size_t>(nal->bytes.data() - frame.payload.data());
    EXPECT_EQ(begin, end + 4);
    end = begin + nal->bytes.size();
  }
  EXPECT_EQ(end, frame.payload.size());
}

TEST_F(VaapiEncoderTest, TheRateChangesWithoutAKeyFrame) {
  Open({640, 360}, DataRate::KilobitsPerSec(1200));
  BytesOf(0, 25);
  const size_t rich = BytesOf(25, 50);
  ASSERT_TRUE(encoder_->SetRate(DataRate::KilobitsPerSec(200)));
  EXPECT_EQ(Encode(75).kind, FrameKind::kDelta);
  BytesOf(76, 25);
  const size_t thin = BytesOf(101, 50);
  ASSERT_TRUE(encoder_->SetRate(DataRate::KilobitsPerSec(1200)));
  EXPECT_EQ(Encode(151).kind, FrameKind::kDelta);
  BytesOf(152, 25);
  const size_t rich_again = BytesOf(177, 50);
  // Two seconds each.
  EXPECT_NEAR(static_cast<double>(thin), 200e3 / 8 * 2, 200e3 / 8 * 2 * 0.3);
  EXPECT_GT(rich, 2 * thin);
  EXPECT_GT(rich_again, 2 * thin);
}

// Everything on the picture changes once, and that one picture is lost.
TEST_F(VaapiEncoderTest, IntraRefreshHealsAViewerWithoutAKeyFrame) {
  Open({640, 360});
  const VideoEncoderConfig config{{640, 360}, 25, DataRate::KilobitsPerSec(800), 10};
  auto refreshing = device_->CreateEncoder(VideoCodec::kH264, config);
  if (!device_->limits().encode[static_cast<size_t>(VideoCodec::kH264)].intra_refresh) {
    ASSERT_FALSE(refreshing);
    EXPECT_EQ(refreshing.error().code, ErrorCode::kUnsupported);
    return;
  }
  encoder_ = std::move(refreshing).value();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(decoder_->Decode(Encode(1)));
  Encode(200);
  double psnr = 0;
  for (int i = 0; i < 30; ++i) {
    const EncodedFrame frame = Encode(200);
    EXPECT_EQ(frame.kind, FrameKind::kDelta);
    const auto decoded = decoder_->Decode(frame).value();
    psnr = PlanePsnr(decoded->picture(), picture_->view(), 0);
    EXPECT_TRUE(i > 0 || psnr < 20) << psnr;
  }
  EXPECT_GT(psnr, 28);
}

TEST_F(VaapiEncoderTest, RefusesWhatNoEncoderDoes) {
  EXPECT_FALSE(
      device_->CreateEncoder(VideoCodec::kH264, {{641, 360}, 25, DataRate::KilobitsPerSec(800)}));
  EXPECT_FALSE(
      device_->CreateEncoder(VideoCodec::kH264, {{640, 360}, 0, DataRate::KilobitsPerSec(800)}));
  Open({640, 360});
  EXPECT_FALSE(encoder_->SetRate(DataRate::KilobitsPerSec(1)));
}

TEST_F(VaapiEncoderTest, TakesOnlyItsOwnDevicesPicturesOfItsSize) {
  Open({640, 360});
  TestPicture memory({640, 360});
  const auto encode = [&](const PictureView& view) {
    return encoder_->Encode(view, 0, {}, ForceKeyFrame::kNo);
  };
  EXPECT_EQ(encode(memory.view()).error().code, ErrorCode::kInvalidArgument);
  const auto other = OpenTestDevice();
  const auto elsewhere = other->CreateCompositor({640, 360}).value();
  EXPECT_EQ(encode(elsewhere->Canvas({640, 360}).value()).error().code,
            ErrorCode::kInvalidArgument);
  Draw(0);
  EXPECT_EQ(encode(compositor_->Canvas({320, 180}).value()).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(VaapiEncoderTest, EncodersOfOneCanvasWorkSideBySide) {
  Open({1280, 720});
  const auto half =
      device_->CreateEncoder(VideoCodec::kH264, {{640, 360}, 25, DataRate::KilobitsPerSec(400)})
          .value();
  const auto half_decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  for (uint16_t number = 0; number < 10; ++number) {
    ExpectDecodes(Encode(number), number);
    const auto small =
        half->Encode(compositor_->Canvas({640, 360}).value(), 0, {}, ForceKeyFrame::kNo).value();
    const auto decoded = half_decoder->Decode(small).value();
    EXPECT_EQ(ReadBarcode(decoded->picture()), number);
  }
}

}  // namespace
}  // namespace continuo
