// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <vector>

#include "base/random.h"
#include "codecs/registry.h"
#include "tests/support/harm.h"
#include "tests/unit/codecs/foreign_h264.h"
#include "tests/unit/codecs/video_streams.h"
#include "tests/unit/hwaccel_vpl/vpl_device.h"

namespace continuo {
namespace {

constexpr VideoEncoderConfig kSmall{
    .size = {320, 180}, .frames_per_second = 25, .rate = DataRate::KilobitsPerSec(400)};

class VplDecoderTest : public testing::TestWithParam<VideoCodec> {
 protected:
  void SetUp() override { ASSERT_NE(device_, nullptr); }
  std::unique_ptr<VideoDecoder> Decoder() { return device_->CreateDecoder(GetParam()).value(); }

  const std::unique_ptr<Device> device_ = OpenDeviceUnderTest();
};
INSTANTIATE_TEST_SUITE_P(EveryCodec, VplDecoderTest,
                         testing::Values(VideoCodec::kVp8, VideoCodec::kH264), NameOf);

// Decodes on the device and on the CPU, and compares each picture as it comes out.
void ExpectSamePictures(Device& device, VideoDecoder& decoder,
                        const std::vector<OwnedEncodedFrame>& frames) {
  auto reference = CreateVideoDecoder(frames.front().codec).value();
  int number = 0;
  for (const auto& frame : frames) {
    SCOPED_TRACE(number++);
    const auto expected = reference->Decode(frame.view());
    const auto decoded = decoder.Decode(frame.view());
    ASSERT_TRUE(expected && decoded) << ToString(decoded.error());
    ASSERT_EQ(*decoded == nullptr, *expected == nullptr);
    if (*decoded == nullptr) continue;
    EXPECT_EQ((*decoded)->rtp_timestamp(), (*expected)->rtp_timestamp());
    EXPECT_EQ((*decoded)->capture_time(), (*expected)->capture_time());
    ASSERT_EQ((*decoded)->size(), (*expected)->size());
    ASSERT_TRUE(SamePixels(Download(device, (*decoded)->view()).view(), (*expected)->picture()));
  }
}

TEST_P(VplDecoderTest, EachFrameGivesItsPictureAtOnceAsOnTheCpu) {
  MovingStream stream(GetParam(), kSmall);
  const auto decoder = Decoder();
  ExpectSamePictures(*device_, *decoder, stream.Next(60));
  EXPECT_EQ(device_->probe().pictures_held.value(), 0);
}

TEST_P(VplDecoderTest, ThePictureSizeMayChangeAtAKeyFrame) {
  const auto decoder = Decoder();
  for (const PixelSize size : {PixelSize{320, 180}, PixelSize{358, 642}, PixelSize{320, 180},
                               PixelSize{64, 66}, PixelSize{1280, 720}}) {
    VideoEncoderConfig config = kSmall;
    config.size = size;
    MovingStream stream(GetParam(), config);
    ExpectSamePictures(*device_, *decoder, stream.Next(3));
  }
}

TEST_P(VplDecoderTest, PicturesOutliveTheDecoderAndItsNextFrames) {
  MovingStream stream(GetParam(), kSmall);
  auto decoder = Decoder();
  std::vector<std::unique_ptr<const VideoFrame>> pictures;
  for (const auto& frame : stream.Next(5)) {
    pictures.push_back(decoder->Decode(frame.view()).value());
  }
  for (const auto& frame : stream.Next(10)) EXPECT_NE(*decoder->Decode(frame.view()), nullptr);
  decoder.reset();
  uint16_t number = 0;
  for (const auto& picture : pictures) {
    EXPECT_EQ(ReadBarcode(Download(*device_, picture->view()).view()), number++);
  }
}

TEST_P(VplDecoderTest, OneThatIsAskedForTooManyPicturesShowsNoneUntilSomeAreBack) {
  MovingStream stream(GetParam(), kSmall);
  auto decoder = Decoder();
  std::vector<std::unique_ptr<const VideoFrame>> pictures;
  for (const auto& frame : stream.Next(20)) {
    auto decoded = decoder->Decode(frame.view());
    ASSERT_TRUE(decoded) << ToString(decoded.error());
    if (*decoded != nullptr) pictures.push_back(*std::move(decoded));
  }
  EXPECT_EQ(pictures.size(), size_t{Device::kMaxHeldPictures});
  EXPECT_EQ(device_->probe().pictures_held.value(), 20 - Device::kMaxHeldPictures);
  pictures.clear();
  for (const auto& frame : stream.Next(3)) {
    const auto decoded = decoder->Decode(frame.view());
    ASSERT_TRUE(decoded && *decoded != nullptr);
  }
}

TEST_P(VplDecoderTest, ShowsNothingBeforeAKeyFrame) {
  MovingStream stream(GetParam(), kSmall);
  stream.Next(1);
  const auto decoder = Decoder();
  for (const auto& frame : stream.Next(5)) {
    const auto decoded = decoder->Decode(frame.view());
    EXPECT_TRUE(!decoded || *decoded == nullptr);
  }
  ExpectSamePictures(*device_, *decoder, stream.Next(2, ForceKeyFrame::kYes));
}

TEST_P(VplDecoderTest, NoiseAndForeignFramesAreErrors) {
  ExpectRefusesNoiseAndForeignFrames(*Decoder(), GetParam());
}

TEST_P(VplDecoderTest, PicturesBeyondTheLimitsAreUnsupported) {
  VideoEncoderConfig config = kSmall;
  config.size = {4096, 2304};
  MovingStream stream(GetParam(), config);
  EXPECT_EQ(Decoder()->Decode(stream.Next(1).front().view()).error().code, ErrorCode::kUnsupported);
}

TEST_P(VplDecoderTest, DamagedStreamsNeverBreakItAndAKeyFrameHeals) {
  MovingStream stream(GetParam(), kSmall);
  const auto frames = stream.Next(12);
  const auto decoder = Decoder();
  Prng random(11);
  int refused = 0;
  for (int round = 0; round < 30; ++round) {
    for (OwnedEncodedFrame frame : frames) {
      HarmFrame(frame.payload, random);
      const auto decoded = decoder->Decode(frame.view());
      if (decoded) continue;
      ++refused;
      EXPECT_NE(decoded.error().code, ErrorCode::kDeviceFailed) << ToString(decoded.error());
    }
  }
  EXPECT_GT(refused, 10);
  ExpectSamePictures(*device_, *decoder, stream.Next(4, ForceKeyFrame::kYes));
}

TEST_P(VplDecoderTest, SeveralDecodeAtOnceOnThreadsOfTheirOwn) {
  std::vector<std::thread> threads;
  std::vector<int> same(4, 0);
  const auto frames = MovingStream(GetParam(), kSmall).Next(40);
  auto reference = CreateVideoDecoder(GetParam()).value();
  std::vector<std::unique_ptr<const VideoFrame>> expected;
  for (const auto& frame : frames) expected.push_back(*reference->Decode(frame.view()));
  for (int& count : same) {
    threads.emplace_back([&] {
      const auto decoder = Decoder();
      for (size_t i = 0; i < frames.size(); ++i) {
        const auto decoded = decoder->Decode(frames[i].view());
        if (!decoded || *decoded == nullptr) continue;
        const TestPicture copy = Download(*device_, (*decoded)->view());
        count += SamePixels(copy.view(), expected[i]->picture()) ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(same, std::vector<int>(4, 40));
}

class VplH264DecoderTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(device_, nullptr); }

  // `count` pictures in a foreign style.
  static std::vector<OwnedEncodedFrame> Foreign(const ForeignH264Style& style, int count) {
    ForeignH264 encoder({320, 180}, style);
    TestPicture picture({320, 180});
    std::vector<OwnedEncodedFrame> frames;
    for (int i = 0; i < count; ++i) {
      DrawMovingPicture(static_cast<uint16_t>(i), picture.view());
      for (auto& frame : encoder.Encode(picture.view())) frames.push_back(std::move(frame));
    }
    return frames;
  }

  const std::unique_ptr<Device> device_ = OpenDeviceUnderTest();
  const std::unique_ptr<VideoDecoder> decoder_ =
      device_ == nullptr ? nullptr : *device_->CreateDecoder(VideoCodec::kH264);
};

TEST_F(VplH264DecoderTest, BFramesComeOutInOrderAndNoLaterThanOnTheCpu) {
  const auto frames = Foreign({.reorder = true}, 120);
  ASSERT_GT(frames.size(), 60u);
  ExpectSamePictures(*device_, *decoder_, frames);
}

// The SPS without its VUI: the first cut after which one more bit, which says that there is none,
// makes the same pictures.
std::vector<uint8_t> WithoutVui(ByteView sps_unit) {
  const H264Sps whole = ParseH264Sps(sps_unit).value();
  for (size_t bit = 40; bit < sps_unit.size() * 8; ++bit) {
    std::vector<uint8_t> cut(sps_unit.begin(), sps_unit.begin() + static_cast<ptrdiff_t>(bit / 8));
    // What is left of the byte, no VUI, the stop bit.
    uint32_t tail = sps_unit[bit / 8] & (0xff00u >> bit % 8);
    tail = tail << 8 | 0x4000u >> bit % 8;
    cut.push_back(static_cast<uint8_t>(tail >> 8));
    if ((tail & 0xff) != 0) cut.push_back(static_cast<uint8_t>(tail));
    const auto sps = ParseH264Sps(cut);
    if (sps && sps->visible_rect == whole.visible_rect && !sps->reordered_frames) return cut;
  }
  return {};
}

std::vector<uint8_t> WithoutVuis(ByteView access_unit) {
  std::vector<uint8_t> rest;
  H264NalReader reader(access_unit);
  while (const auto unit = reader.Next()) {
    rest.insert(rest.end(), {0, 0, 0, 1});
    const auto bytes = unit->type() == H264NalType::kSps
                           ? WithoutVui(unit->bytes)
                           : std::vector(unit->bytes.begin(), unit->bytes.end());
    rest.insert(rest.end(), bytes.begin(), bytes.end());
  }
  return rest;
}

TEST_F(VplH264DecoderTest, HowFarAStreamReordersIsLearntWhereItDoesNotSay) {
  auto frames = Foreign({.reorder = true}, 120);
  std::vector<uint32_t> shown;
  for (auto& frame : frames) {
    frame.payload = WithoutVuis(frame.payload);
    const auto decoded = decoder_->Decode(frame.view());
    ASSERT_TRUE(decoded) << ToString(decoded.error());
    if (*decoded == nullptr) continue;
    shown.push_back((*decoded)->rtp_timestamp());
    const TestPicture picture = Download(*device_, (*decoded)->view());
    EXPECT_EQ(ReadBarcode(picture.view()), shown.back() - 1);
  }
  // In order always; without a gap once it is learnt.
  ASSERT_GT(shown.size(), 60u);
  EXPECT_EQ(shown.front(), 1u);
  for (size_t i = 1; i < shown.size(); ++i) EXPECT_GT(shown[i], shown[i - 1]);
  for (size_t i = 20; i < shown.size(); ++i) EXPECT_EQ(shown[i], shown[i - 1] + 1);
}

TEST_F(VplH264DecoderTest, SlicesMakeOnePicture) {
  ExpectSamePictures(*device_, *decoder_, Foreign({.slices = 4}, 20));
}

TEST_F(VplH264DecoderTest, FullRangeAndFullColourAreForTheCpu) {
  EXPECT_EQ(decoder_->Decode(Foreign({.full_range = true}, 1).front().view()).error().code,
            ErrorCode::kUnsupported);
  EXPECT_EQ(decoder_->Decode(Foreign({.full_colour = true}, 1).front().view()).error().code,
            ErrorCode::kUnsupported);
}

TEST_F(VplH264DecoderTest, ParameterSetsMayComeAheadOfTheirPicture) {
  const auto frames = MovingStream(VideoCodec::kH264, kSmall).Next(2);
  H264NalReader reader(frames.front().payload);
  reader.Next();
  const auto pps = reader.Next();
  const auto sets =
      static_cast<size_t>(pps->bytes.data() + pps->bytes.size() - frames.front().payload.data());
  EncodedFrame part = frames.front().view();
  part.payload = ByteView(frames.front().payload).first(sets);
  const auto nothing = decoder_->Decode(part);
  ASSERT_TRUE(nothing) << ToString(nothing.error());
  EXPECT_EQ(*nothing, nullptr);
  part.payload = ByteView(frames.front().payload).subspan(sets);
  for (const EncodedFrame& frame : {part, frames.back().view()}) {
    const auto decoded = decoder_->Decode(frame);
    ASSERT_TRUE(decoded && *decoded != nullptr);
  }
}

}  // namespace
}  // namespace continuo
