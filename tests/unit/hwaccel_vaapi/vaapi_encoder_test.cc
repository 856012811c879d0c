// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_encoder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/registry.h"
#include "hwaccel/compositor.h"
#include "hwaccel/engine.h"
#include "media/h264_reader.h"
#include "tests/support/patchwork.h"
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
    draw_(number, picture_->view());
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

  int MaxRegions() const {
    return device_->limits().encode[static_cast<size_t>(VideoCodec::kH264)].regions_of_interest;
  }
  // The mean PSNR in dB of luma in these parts of the next pictures, and their bytes: one second.
  struct Quality {
    std::array<double, 2> in{};
    size_t bytes = 0;
  };
  Quality Measure(uint16_t first, const std::array<PixelRect, 2>& parts) {
    constexpr int kPictures = 25;
    Quality quality;
    for (int i = 0; i < kPictures; ++i) {
      const EncodedFrame frame = Encode(static_cast<uint16_t>(first + i));
      quality.bytes += frame.payload.size();
      const auto decoded = decoder_->Decode(frame).value();
      for (size_t part = 0; part < parts.size(); ++part) {
        quality.in[part] += PlanePsnr(Crop(decoded->picture(), parts[part]),
                                      Crop(picture_->view(), parts[part]), 0) /
                            kPictures;
      }
    }
    return quality;
  }

  std::unique_ptr<Device> device_ = OpenTestDevice();
  PixelSize size_;
  void (*draw_)(uint16_t, MutableI420View) = &DrawMovingPicture;
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

// Two people of a room, of whom one speaks.
constexpr std::array<PixelRect, 2> kPeople{PixelRect{64, 64, 160, 160},
                                           PixelRect{416, 64, 160, 160}};

TEST_F(VaapiEncoderTest, ARegionIsCodedFinerAtTheSameRate) {
  Open({640, 360});
  const QualityRegion speaker{kPeople[0], -8};
  if (MaxRegions() == 0) {
    EXPECT_EQ(encoder_->SetRegions({&speaker, 1}).error().code, ErrorCode::kUnsupported);
    return;
  }
  draw_ = &DrawPatchwork;
  Measure(0, kPeople);
  const Quality before = Measure(25, kPeople);
  ASSERT_TRUE(encoder_->SetRegions({&speaker, 1}));
  const EncodedFrame first = Encode(50);
  EXPECT_EQ(first.kind, FrameKind::kDelta);
  ASSERT_TRUE(decoder_->Decode(first));
  const Quality during = Measure(51, kPeople);
  EXPECT_GT(during.in[0], before.in[0] + 3);
  EXPECT_GT(during.in[1], before.in[1] - 1.5);
  EXPECT_NEAR(static_cast<double>(during.bytes), static_cast<double>(before.bytes),
              0.05 * static_cast<double>(before.bytes));
  ASSERT_TRUE(encoder_->SetRegions({}));
  ASSERT_TRUE(decoder_->Decode(Encode(76)));
  const Quality after = Measure(77, kPeople);
  EXPECT_NEAR(after.in[0], before.in[0], 1);
}

TEST_F(VaapiEncoderTest, WhereRegionsOverlapTheFirstCounts) {
  if (MaxRegions() == 0) GTEST_SKIP() << "the driver has none";
  Open({640, 360});
  draw_ = &DrawPatchwork;
  const std::array<QualityRegion, 2> regions{QualityRegion{kPeople[0], -8},
                                             QualityRegion{{0, 0, 640, 360}, 4}};
  ASSERT_TRUE(encoder_->SetRegions(regions));
  const Quality quality = Measure(0, kPeople);
  EXPECT_GT(quality.in[0], quality.in[1] + 4);
}

TEST_F(VaapiEncoderTest, RefusesRegionsThatItCannotDo) {
  if (MaxRegions() == 0) GTEST_SKIP() << "the driver has none";
  Open({640, 360});
  const auto refused = [&](const std::vector<QualityRegion>& regions) {
    const auto set = encoder_->SetRegions(regions);
    return !set && set.error().code == ErrorCode::kInvalidArgument;
  };
  const auto count = static_cast<size_t>(MaxRegions());
  EXPECT_TRUE(encoder_->SetRegions(std::vector<QualityRegion>(count, {kPeople[0], -4})));
  EXPECT_TRUE(refused(std::vector<QualityRegion>(count + 1, {kPeople[0], -4})));
  EXPECT_TRUE(refused({{{0, 0, 642, 16}, -4}}));
  EXPECT_TRUE(refused({{{-16, 0, 32, 16}, -4}}));
  EXPECT_TRUE(refused({{{16, 16, 0, 16}, -4}}));
  EXPECT_TRUE(refused({{kPeople[0], -52}}));
  ExpectDecodes(Encode(0), 0);
}

TEST_F(VaapiEncoderTest, AnEnginePassesRegionsOn) {
  const QualityRegion speaker{kPeople[0], -8};
  const auto taken = [&](std::unique_ptr<Device> device, VideoCodec codec) {
    Engine engine(std::move(device));
    const auto encoder =
        engine.CreateEncoder(codec, {{640, 360}, 25, DataRate::KilobitsPerSec(800)}).value();
    return encoder->SetRegions({&speaker, 1}).has_value();
  };
  EXPECT_EQ(taken(std::move(device_), VideoCodec::kH264), DriverBlends());
  EXPECT_TRUE(taken(nullptr, VideoCodec::kH264));
  EXPECT_FALSE(taken(nullptr, VideoCodec::kVp8));
}

// What the driver counted is told when a display is closed.
TEST_F(VaapiEncoderTest, MakesNoBuffersWhileItRuns) {
  const auto buffers_made = [](int pictures) {
    const std::string path = testing::TempDir() + "vaapi_encoder_" + std::to_string(getpid());
    std::remove(path.c_str());
    setenv("SOFTVA_REPORT", path.c_str(), 1);
    {
      const auto device = OpenTestDevice();
      const auto compositor = device->CreateCompositor({640, 360}).value();
      EXPECT_TRUE(compositor->Finish());
      const auto encoder =
          device->CreateEncoder(VideoCodec::kH264, {{640, 360}, 25, DataRate::KilobitsPerSec(800)})
              .value();
      const QualityRegion speaker{kPeople[0], -8};
      EXPECT_EQ(encoder->SetRegions({&speaker, 1}).has_value(), DriverBlends());
      for (int i = 0; i < pictures; ++i) {
        EXPECT_TRUE(
            encoder->Encode(compositor->Canvas({640, 360}).value(), 0, {}, ForceKeyFrame::kNo));
      }
    }
    unsetenv("SOFTVA_REPORT");
    std::ifstream file(path);
    const std::string report{std::istreambuf_iterator<char>(file), {}};
    std::remove(path.c_str());
    EXPECT_NE(report.find(R"("violations":[])"), std::string::npos) << report;
    constexpr std::string_view kCall = R"("CreateBuffer":)";
    const size_t at = report.find(kCall);
    EXPECT_NE(at, std::string::npos) << report;
    return at == std::string::npos ? 0 : std::atoi(report.c_str() + at + kCall.size());
  };
  EXPECT_EQ(buffers_made(3), buffers_made(20));
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
