// SPDX-License-Identifier: Apache-2.0
#include "codecs/video_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "base/random.h"
#include "codecs/ffmpeg/ffmpeg_decoder.h"
#include "media/h264_reader.h"
#include "tests/support/harm.h"
#include "tests/unit/codecs/foreign_h264.h"
#include "tests/unit/codecs/video_streams.h"

namespace continuo {
namespace {

constexpr VideoEncoderConfig kSmall{
    .size = {320, 180}, .frames_per_second = 25, .rate = DataRate::KilobitsPerSec(400)};

class VideoDecoderTest : public ::testing::TestWithParam<VideoCodec> {
 protected:
  MovingStream stream_{GetParam(), kSmall};
  std::unique_ptr<VideoDecoder> decoder_ = CreateVideoDecoder(GetParam()).value();
};
INSTANTIATE_TEST_SUITE_P(EveryCodec, VideoDecoderTest,
                         ::testing::Values(VideoCodec::kVp8, VideoCodec::kH264), NameOf);

TEST_P(VideoDecoderTest, PicturesOutliveTheDecoderAndItsNextFrames) {
  std::vector<std::unique_ptr<const VideoFrame>> pictures;
  for (const auto& frame : stream_.Next(40)) {
    pictures.push_back(decoder_->Decode(frame.view()).value());
  }
  decoder_.reset();
  uint16_t number = 0;
  for (const auto& picture : pictures) {
    ASSERT_NE(picture, nullptr);
    EXPECT_EQ(ReadBarcode(picture->picture()), number++);
  }
}

TEST_P(VideoDecoderTest, MemoryOfReleasedPicturesIsUsedAgain) {
  std::set<const uint8_t*> planes;
  for (const auto& frame : stream_.Next(60)) {
    planes.insert(decoder_->Decode(frame.view()).value()->picture().planes[0]);
  }
  EXPECT_LT(planes.size(), 10u);
}

TEST_P(VideoDecoderTest, ThePictureSizeMayChangeAtAKeyFrame) {
  for (const auto& frame : stream_.Next(3)) ASSERT_TRUE(decoder_->Decode(frame.view()));
  VideoEncoderConfig portrait = kSmall;
  portrait.size = {358, 642};  // not in whole macroblocks
  MovingStream turned(GetParam(), portrait);
  for (const auto& frame : turned.Next(3)) {
    const auto decoded = decoder_->Decode(frame.view());
    ASSERT_TRUE(decoded && *decoded != nullptr);
    EXPECT_EQ((*decoded)->size(), portrait.size);
    EXPECT_TRUE(ReadBarcode((*decoded)->picture()));
  }
}

TEST_P(VideoDecoderTest, ShowsNothingBeforeAKeyFrame) {
  stream_.Next(1);
  for (const auto& frame : stream_.Next(5)) {
    const auto decoded = decoder_->Decode(frame.view());
    EXPECT_TRUE(!decoded || *decoded == nullptr);
  }
  for (const auto& frame : stream_.Next(2, ForceKeyFrame::kYes)) {
    const auto decoded = decoder_->Decode(frame.view());
    ASSERT_TRUE(decoded && *decoded != nullptr);
  }
}

TEST_P(VideoDecoderTest, RefusesPicturesBeyondTheLimits) {
  auto strict = CreateFfmpegDecoder(GetParam(), {.max_side = 320, .max_area = 320 * 192}).value();
  EXPECT_TRUE(strict->Decode(stream_.Next(1).front().view()));
  VideoEncoderConfig wide = kSmall;
  wide.size = {336, 96};
  MovingStream wide_stream(GetParam(), wide);
  EXPECT_EQ(strict->Decode(wide_stream.Next(1).front().view()).error().code,
            ErrorCode::kUnsupported);
  VideoEncoderConfig tall = kSmall;
  tall.size = {320, 208};
  MovingStream tall_stream(GetParam(), tall);
  EXPECT_EQ(strict->Decode(tall_stream.Next(1).front().view()).error().code,
            ErrorCode::kUnsupported);
}

TEST_P(VideoDecoderTest, NoiseAndForeignFramesAreErrors) {
  ExpectRefusesNoiseAndForeignFrames(*decoder_, GetParam());
}

TEST_P(VideoDecoderTest, AFrameCutShortIsMalformedAndAKeyFrameHeals) {
  for (const auto& frame : stream_.Next(3)) ASSERT_TRUE(decoder_->Decode(frame.view()));
  auto truncated = stream_.Next(1).front();
  truncated.payload.resize(truncated.payload.size() / 20);
  const auto damaged = decoder_->Decode(truncated.view());
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::kMalformed);
  const auto healed = decoder_->Decode(stream_.Next(1, ForceKeyFrame::kYes).front().view());
  ASSERT_TRUE(healed && *healed != nullptr);
  EXPECT_EQ(ReadBarcode((*healed)->picture()), 4);
}

TEST_P(VideoDecoderTest, DamagedStreamsNeverBreakIt) {
  const auto frames = stream_.Next(12);
  Prng random(11);
  int refused = 0;
  for (int round = 0; round < 60; ++round) {
    for (OwnedEncodedFrame frame : frames) {
      HarmFrame(frame.payload, random);
      const auto decoded = decoder_->Decode(frame.view());
      refused += decoded ? 0 : 1;
      if (decoded && *decoded != nullptr) (void)ReadBarcode((*decoded)->picture());
    }
  }
  EXPECT_GT(refused, 20);
  const auto healed = decoder_->Decode(stream_.Next(1, ForceKeyFrame::kYes).front().view());
  ASSERT_TRUE(healed && *healed != nullptr);
  EXPECT_EQ(ReadBarcode((*healed)->picture()), 12);
}

TEST(H264DecoderTest, ParameterSetsAloneShowNothing) {
  const auto frame = MovingStream(VideoCodec::kH264, kSmall).Next(1).front();
  H264NalReader reader(frame.payload);
  reader.Next();
  const auto pps = reader.Next();
  const auto sets =
      static_cast<size_t>(pps->bytes.data() + pps->bytes.size() - frame.payload.data());
  auto decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  EncodedFrame part = frame.view();
  part.payload = part.payload.first(sets);
  const auto decoded = decoder->Decode(part);
  ASSERT_TRUE(decoded) << ToString(decoded.error());
  EXPECT_EQ(*decoded, nullptr);
}

TEST(H264DecoderTest, FullRangePicturesAreBroughtToLimitedRange) {
  ForeignH264 encoder({320, 180}, {.full_range = true});
  TestPicture grey({320, 180});
  std::fill_n(grey.view().planes[0], 320 * 180, uint8_t{255});
  std::fill_n(grey.view().planes[1], 160 * 90, uint8_t{255});
  auto decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  const auto decoded = decoder->Decode(encoder.Encode(grey.view()).front().view());
  ASSERT_TRUE(decoded && *decoded != nullptr);
  const I420View& picture = (*decoded)->picture();
  EXPECT_EQ(picture.size, (PixelSize{320, 180}));
  EXPECT_NEAR(picture.planes[0][90 * picture.strides[0] + 160], 235, 1);
  EXPECT_NEAR(picture.planes[1][45 * picture.strides[1] + 80], 239, 1);
  EXPECT_NEAR(picture.planes[2][45 * picture.strides[2] + 80], 128, 1);
}

TEST(H264DecoderTest, FullColourIsRefusedAloud) {
  ForeignH264 encoder({320, 180}, {.full_colour = true});
  auto decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  const auto decoded =
      decoder->Decode(encoder.Encode(TestPicture({320, 180}).view()).front().view());
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kUnsupported);
}

TEST(H264DecoderTest, APictureWithoutOneOfItsSlicesIsNotShown) {
  ForeignH264 encoder({320, 180}, {.slices = 4});
  TestPicture picture({320, 180});
  auto decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  for (uint16_t number = 0; number < 6; ++number) {
    DrawMovingPicture(number, picture.view());
    auto frame = encoder.Encode(picture.view()).front();
    if (number < 5) {
      ASSERT_TRUE(decoder->Decode(frame.view()));
      continue;
    }
    frame.payload = WithoutUnit(frame.payload, 1);
    EXPECT_FALSE(decoder->Decode(frame.view()));
  }
}

TEST(H264DecoderTest, ReorderedPicturesKeepTheirOwnTimestamps) {
  ForeignH264 encoder({320, 180}, {.reorder = true});
  TestPicture picture({320, 180});
  auto decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  int shown = 0;
  uint32_t previous = 0;
  for (uint16_t number = 1; number <= 60; ++number) {
    DrawMovingPicture(number, picture.view());
    for (const auto& frame : encoder.Encode(picture.view())) {
      const auto decoded = decoder->Decode(frame.view());
      ASSERT_TRUE(decoded) << ToString(decoded.error());
      if (*decoded == nullptr) continue;
      ++shown;
      EXPECT_EQ(ReadBarcode((*decoded)->picture()), (*decoded)->rtp_timestamp());
      EXPECT_GT((*decoded)->rtp_timestamp(), previous);
      previous = (*decoded)->rtp_timestamp();
    }
  }
  EXPECT_GT(shown, 40);
}

}  // namespace
}  // namespace continuo
