// SPDX-License-Identifier: Apache-2.0
#include "codecs/video_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "codecs/video_encoder_limits.h"
#include "codecs/vpx/vp8_encoder.h"
#include "codecs/x264/x264_encoder.h"
#include "media/h264_reader.h"
#include "media/vp8_header.h"
#include "tests/support/patchwork.h"
#include "tests/unit/codecs/video_streams.h"

namespace continuo {
namespace {

constexpr VideoEncoderConfig kSd{
    .size = {640, 360}, .frames_per_second = 25, .rate = DataRate::KilobitsPerSec(1500)};

class VideoEncoderTest : public ::testing::TestWithParam<VideoCodec> {};
INSTANTIATE_TEST_SUITE_P(EveryCodec, VideoEncoderTest,
                         ::testing::Values(VideoCodec::kVp8, VideoCodec::kH264), NameOf);

double KbpsOf(const std::vector<OwnedEncodedFrame>& frames) {
  size_t bytes = 0;
  for (const auto& frame : frames) bytes += frame.payload.size();
  return static_cast<double>(bytes) * 8 / 1000 * kSd.frames_per_second /
         static_cast<double>(frames.size());
}

TEST_P(VideoEncoderTest, WhatComesOutShowsWhatWentIn) {
  MovingStream stream(GetParam(), kSd);
  auto decoder = CreateVideoDecoder(GetParam()).value();
  TestPicture original(kSd.size);
  uint16_t number = 0;
  for (const auto& frame : stream.Next(30)) {
    DrawMovingPicture(number, original.view());
    const auto decoded = decoder->Decode(frame.view());
    ASSERT_TRUE(decoded) << ToString(decoded.error());
    ASSERT_NE(*decoded, nullptr) << "frame " << number;
    EXPECT_EQ(ReadBarcode((*decoded)->picture()), number);
    EXPECT_EQ((*decoded)->rtp_timestamp(), MovingStream::RtpTimestampOf(number));
    EXPECT_EQ((*decoded)->capture_time(), Timestamp::Millis(1000 + number));
    for (int plane = 0; plane < 3; ++plane) {
      EXPECT_GT(PlanePsnr((*decoded)->picture(), original.view(), plane), 30)
          << "frame " << number << " plane " << plane;
    }
    ++number;
  }
}

TEST_P(VideoEncoderTest, KeyFramesComeOnlyAtTheStartAndWhenForced) {
  MovingStream stream(GetParam(), kSd);
  const auto first = stream.Next(300);
  EXPECT_EQ(first.front().kind, FrameKind::kKey);
  EXPECT_EQ(CountKeyFrames(first), 1);
  const auto forced = stream.Next(20, ForceKeyFrame::kYes);
  EXPECT_EQ(forced.front().kind, FrameKind::kKey);
  EXPECT_EQ(CountKeyFrames(forced), 1);
}

TEST_P(VideoEncoderTest, AForcedKeyFrameIsEnoughForANewcomer) {
  MovingStream stream(GetParam(), kSd);
  stream.Next(10);
  const auto frames = stream.Next(3, ForceKeyFrame::kYes);
  auto newcomer = CreateVideoDecoder(GetParam()).value();
  for (const auto& frame : frames) {
    const auto decoded = newcomer->Decode(frame.view());
    ASSERT_TRUE(decoded && *decoded != nullptr);
    EXPECT_EQ(MovingStream::RtpTimestampOf(*ReadBarcode((*decoded)->picture())),
              frame.rtp_timestamp);
  }
}

TEST_P(VideoEncoderTest, ANewRateHoldsWithoutAKeyFrame) {
  MovingStream stream(GetParam(), kSd);
  stream.Next(50);
  EXPECT_NEAR(KbpsOf(stream.Next(100)), 1500, 300);
  ASSERT_TRUE(stream.encoder().SetRate(DataRate::KilobitsPerSec(300)));
  const auto settling = stream.Next(25);
  const auto slow = stream.Next(125);
  EXPECT_NEAR(KbpsOf(slow), 300, 60);
  ASSERT_TRUE(stream.encoder().SetRate(DataRate::KilobitsPerSec(1500)));
  const auto rising = stream.Next(25);
  EXPECT_NEAR(KbpsOf(stream.Next(100)), 1500, 300);
  EXPECT_EQ(CountKeyFrames(settling) + CountKeyFrames(slow) + CountKeyFrames(rising), 0);
}

TEST_P(VideoEncoderTest, RefusesWhatItCannotEncode) {
  const auto refused = [](VideoEncoderConfig config) {
    const auto encoder = CreateVideoEncoder(GetParam(), config);
    return !encoder && encoder.error().code == ErrorCode::kInvalidArgument;
  };
  VideoEncoderConfig odd = kSd;
  odd.size = {641, 360};
  EXPECT_TRUE(refused(odd));
  VideoEncoderConfig empty = kSd;
  empty.size = {0, 0};
  EXPECT_TRUE(refused(empty));
  VideoEncoderConfig still = kSd;
  still.frames_per_second = 0;
  EXPECT_TRUE(refused(still));
  VideoEncoderConfig rateless = kSd;
  rateless.rate = DataRate();
  EXPECT_TRUE(refused(rateless));

  auto encoder = CreateVideoEncoder(GetParam(), kSd).value();
  const TestPicture other({320, 180});
  EXPECT_FALSE(encoder->Encode(other.view(), 0, Timestamp(), ForceKeyFrame::kNo));
  EXPECT_FALSE(encoder->SetRate(DataRate()));
}

TEST_P(VideoEncoderTest, TheFrameSaysWhatItIs) {
  MovingStream stream(GetParam(), kSd);
  for (const auto& frame : stream.Next(3)) {
    EXPECT_EQ(frame.codec, GetParam());
    if (GetParam() == VideoCodec::kVp8) {
      const auto header = ParseVp8Header(frame.payload);
      ASSERT_TRUE(header);
      EXPECT_EQ(header->kind, frame.kind);
      EXPECT_TRUE(header->shown);
    } else {
      EXPECT_EQ(H264FrameKind(frame.payload), frame.kind);
    }
  }
}

TEST(X264EncoderTest, AKeyFrameIsParameterSetsAndOneSliceBehindLongStartCodes) {
  MovingStream stream(VideoCodec::kH264, kSd);
  for (const auto force : {ForceKeyFrame::kNo, ForceKeyFrame::kYes}) {
    const auto frame = stream.Next(1, force).front();
    std::vector<H264NalType> types;
    size_t size = 0;
    H264NalReader reader(frame.payload);
    while (const auto nal = reader.Next()) {
      types.push_back(nal->type());
      size += 4 + nal->bytes.size();
    }
    EXPECT_THAT(types, ::testing::ElementsAre(H264NalType::kSps, H264NalType::kPps,
                                              H264NalType::kIdrSlice));
    EXPECT_EQ(size, frame.payload.size()) << "four bytes before each unit and nothing between";
  }
}

TEST(X264EncoderTest, PromisesConstrainedBaselineAtTheLevelThatTheSizeNeeds) {
  VideoEncoderConfig hd{{1280, 720}, 25, DataRate::KilobitsPerSec(1200)};
  const auto frame = MovingStream(VideoCodec::kH264, hd).Next(1).front();
  H264NalReader reader(frame.payload);
  const auto sps = ParseH264Sps(reader.Next()->bytes);
  ASSERT_TRUE(sps);
  EXPECT_TRUE(sps->IsConstrainedBaseline());
  EXPECT_LE(sps->level_idc, 31) << "browsers negotiate 42e01f";
  EXPECT_EQ(sps->visible_rect.size(), hd.size);
}

TEST(X264EncoderTest, IntraRefreshHealsAViewerWithoutAKeyFrame) {
  constexpr PixelSize kSize{320, 180};
  const auto encoder = CreateX264Encoder({kSize, 25, DataRate::KilobitsPerSec(400), 10}).value();
  const auto decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  TestPicture picture(kSize);
  double psnr = 0;
  for (int i = 0; i < 40; ++i) {
    // Everything on the picture changes at the tenth, and that one is lost.
    DrawMovingPicture(i < 10 ? 1 : 200, picture.view());
    const auto frame = encoder->Encode(picture.view(), 0, {}, ForceKeyFrame::kNo).value();
    EXPECT_EQ(frame.kind, i == 0 ? FrameKind::kKey : FrameKind::kDelta) << i;
    if (i == 10) continue;
    psnr = PlanePsnr(decoder->Decode(frame).value()->picture(), picture.view(), 0);
    EXPECT_TRUE(i != 11 || psnr < 20) << psnr;
  }
  EXPECT_GT(psnr, 28);
}

// Two people of a room, of whom one speaks.
constexpr PixelRect kSpeaker{64, 64, 160, 160};
constexpr PixelRect kListener{416, 64, 160, 160};

// The mean PSNR of luma in either, and what was spent.
struct Quality {
  double speaker = 0;
  double listener = 0;
  double bytes = 0;
};
Quality EncodeRoom(const std::vector<QualityRegion>& regions) {
  constexpr int kPictures = 50;
  const auto encoder = CreateX264Encoder({kSd.size, 25, DataRate::KilobitsPerSec(800)}).value();
  EXPECT_TRUE(encoder->SetRegions(regions));
  const auto decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  TestPicture picture(kSd.size);
  Quality quality;
  for (uint16_t number = 0; number < kPictures; ++number) {
    DrawPatchwork(number, picture.view());
    const auto frame = encoder->Encode(picture.view(), 0, {}, ForceKeyFrame::kNo).value();
    const auto decoded = decoder->Decode(frame).value();
    const auto psnr = [&](PixelRect part) {
      return PlanePsnr(Crop(decoded->picture(), part), Crop(picture.view(), part), 0);
    };
    quality.speaker += psnr(kSpeaker) / kPictures;
    quality.listener += psnr(kListener) / kPictures;
    quality.bytes += static_cast<double>(frame.payload.size());
  }
  return quality;
}

TEST(X264EncoderTest, CodesARegionFinerAtTheSameRate) {
  const Quality even = EncodeRoom({});
  // Where they overlap, the first counts.
  const Quality finer = EncodeRoom({{kSpeaker, -8}, {{0, 0, 640, 360}, 0}});
  EXPECT_GT(finer.speaker, even.speaker + 3);
  EXPECT_GT(finer.listener, even.listener - 1.5);
  EXPECT_NEAR(finer.bytes, even.bytes, 0.05 * even.bytes);
}

TEST(X264EncoderTest, RefusesRegionsThatNoPictureHas) {
  const auto encoder = CreateX264Encoder(kSd).value();
  const auto code_of = [&](const std::vector<QualityRegion>& regions) {
    return encoder->SetRegions(regions).error().code;
  };
  EXPECT_EQ(code_of({{{0, 0, 642, 360}, -6}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of({{{0, 0, 640, 360}, -60}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of(std::vector<QualityRegion>(kMaxQualityRegions + 1, {{0, 0, 16, 16}, -6})),
            ErrorCode::kInvalidArgument);
  const QualityRegion all{{0, 0, 640, 360}, -6};
  const auto quickest = CreateX264Encoder(kSd, {.preset = "ultrafast"}).value();
  EXPECT_EQ(quickest->SetRegions({&all, 1}).error().code, ErrorCode::kUnsupported);
  const auto vp8 = CreateVp8Encoder(kSd).value();
  EXPECT_EQ(vp8->SetRegions({&all, 1}).error().code, ErrorCode::kUnsupported);
}

TEST(Vp8EncoderTest, HasNoIntraRefresh) {
  const auto encoder = CreateVp8Encoder({{320, 180}, 25, DataRate::KilobitsPerSec(400), 10});
  ASSERT_FALSE(encoder);
  EXPECT_EQ(encoder.error().code, ErrorCode::kUnsupported);
}

TEST(X264EncoderTest, RefusesAnUnknownPreset) {
  EXPECT_FALSE(CreateX264Encoder(kSd, {.preset = "quickest"}));
  EXPECT_TRUE(CreateX264Encoder(kSd, {.preset = "superfast"}));
}

TEST(Vp8EncoderTest, RefusesSpeedsAndThreadCountsThatDoNotExist) {
  EXPECT_FALSE(CreateVp8Encoder(kSd, {.speed = 17}));
  EXPECT_FALSE(CreateVp8Encoder(kSd, {.threads = 0}));
  EXPECT_TRUE(CreateVp8Encoder(kSd, {.speed = 12, .threads = 2}));
}

TEST(Vp8EncoderTest, AtARateThatIsMuchTooLowItDropsFramesAndKeepsTheRate) {
  VideoEncoderConfig thin{{1280, 720}, 25, DataRate::KilobitsPerSec(80)};
  MovingStream stream(VideoCodec::kVp8, thin);
  stream.Next(25);
  const auto frames = stream.Next(100);
  EXPECT_LT(KbpsOf(frames), 120);
  EXPECT_THAT(frames, ::testing::Contains(
                          ::testing::Field(&OwnedEncodedFrame::payload, ::testing::IsEmpty())));
}

TEST(RegistryTest, ThisBuildDoesBothCodecs) {
  EXPECT_THAT(SupportedVideoCodecs(),
              ::testing::UnorderedElementsAre(VideoCodec::kVp8, VideoCodec::kH264));
}

}  // namespace
}  // namespace continuo
