// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "codecs/ffmpeg/ffmpeg_decoder.h"
#include "hwaccel/engine.h"
#include "tests/support/test_picture.h"
#include "tests/unit/codecs/foreign_h264.h"
#include "tests/unit/codecs/video_streams.h"
#include "tests/unit/hwaccel_vaapi/vaapi_test_device.h"

namespace continuo {
namespace {

using Stream = std::vector<OwnedEncodedFrame>;

Stream Ours(VideoCodec codec, PixelSize size, int frames) {
  return MovingStream(codec, {size, 25, DataRate::KilobitsPerSec(800)}).Next(frames);
}

Stream Foreign(PixelSize size, const ForeignH264Style& style, int frames) {
  ForeignH264 encoder(size, style);
  TestPicture picture(size);
  Stream stream;
  for (int i = 0; i < frames; ++i) {
    DrawMovingPicture(static_cast<uint16_t>(i), picture.view());
    for (auto& frame : encoder.Encode(picture.view())) stream.push_back(std::move(frame));
  }
  return stream;
}

// As browsers send it: profile 66, but without constraint_set1_flag (profile-level-id 42001f).
Stream WithoutConstraints(Stream stream) {
  for (OwnedEncodedFrame& frame : stream) {
    H264NalReader reader(frame.payload);
    while (const auto nal = reader.Next()) {
      if (nal->type() != H264NalType::kSps) continue;
      const auto at = nal->bytes.data() - frame.payload.data();
      frame.payload[static_cast<size_t>(at) + 2] = 0;
    }
  }
  return stream;
}

class VaapiDecoderTest : public testing::Test {
 protected:
  // Decodes on the device and in software, and compares every picture to the byte.
  void ExpectSame(const Stream& stream) {
    const auto on_device = device_->CreateDecoder(stream.front().codec).value();
    const auto software = CreateFfmpegDecoder(stream.front().codec).value();
    int pictures = 0;
    for (const OwnedEncodedFrame& frame : stream) {
      const auto ours = on_device->Decode(frame.view());
      const auto theirs = software->Decode(frame.view());
      ASSERT_TRUE(ours) << ToString(ours.error());
      ASSERT_TRUE(theirs) << ToString(theirs.error());
      ASSERT_EQ(*ours == nullptr, *theirs == nullptr);
      if (*ours == nullptr) continue;
      ++pictures;
      ASSERT_EQ((*ours)->size(), (*theirs)->size());
      EXPECT_EQ((*ours)->rtp_timestamp(), (*theirs)->rtp_timestamp());
      TestPicture seen((*ours)->size());
      ASSERT_TRUE(device_->Download(*(*ours)->view().surface(), seen.view()));
      for (int plane = 0; plane < 3; ++plane) {
        ASSERT_EQ(PlanePsnr(seen.view(), (*theirs)->picture(), plane), 99)
            << ToString(stream.front().codec) << " picture " << pictures << ", plane " << plane;
      }
    }
    EXPECT_GT(pictures, 5);
  }

  std::unique_ptr<Device> device_ = OpenTestDevice();
};

TEST_F(VaapiDecoderTest, DecodesWhatWeSend) {
  ExpectSame(Ours(VideoCodec::kVp8, {640, 360}, 12));
  ExpectSame(Ours(VideoCodec::kH264, {640, 360}, 12));
}

TEST_F(VaapiDecoderTest, DecodesSizesThatAreNotWholeMacroblocks) {
  for (const PixelSize size : {PixelSize{322, 182}, {66, 70}, {1280, 720}}) {
    ExpectSame(Ours(VideoCodec::kVp8, size, 7));
    ExpectSame(Ours(VideoCodec::kH264, size, 7));
  }
}

TEST_F(VaapiDecoderTest, DecodesMainAndHigh) {
  ExpectSame(Foreign({640, 480}, {.profile = "main"}, 12));
  ExpectSame(Foreign({640, 480}, {.slices = 4, .profile = "high"}, 12));
  ExpectSame(Foreign({640, 480}, {.reorder = true, .profile = "high"}, 60));
}

TEST_F(VaapiDecoderTest, DecodesTheBaselineThatBrowsersSend) {
  ExpectSame(WithoutConstraints(Ours(VideoCodec::kH264, {640, 360}, 12)));
}

TEST_F(VaapiDecoderTest, ThePictureSizeMayChangeAtAKeyFrame) {
  for (const VideoCodec codec : {VideoCodec::kVp8, VideoCodec::kH264}) {
    Stream stream = Ours(codec, {640, 360}, 6);
    for (const PixelSize size : {PixelSize{320, 180}, {1280, 720}}) {
      for (auto& frame : Ours(codec, size, 6)) stream.push_back(std::move(frame));
    }
    ExpectSame(stream);
  }
}

TEST_F(VaapiDecoderTest, PicturesOutliveTheDecoderAndItsNextFrames) {
  const Stream stream = Ours(VideoCodec::kH264, {640, 360}, 8);
  auto decoder = device_->CreateDecoder(VideoCodec::kH264).value();
  std::vector<std::unique_ptr<const VideoFrame>> pictures;
  for (const auto& frame : stream) pictures.push_back(decoder->Decode(frame.view()).value());
  decoder.reset();
  for (size_t i = 0; i < pictures.size(); ++i) {
    TestPicture seen({640, 360});
    ASSERT_TRUE(device_->Download(*pictures[i]->view().surface(), seen.view()));
    EXPECT_EQ(ReadBarcode(seen.view()), i);
  }
}

TEST_F(VaapiDecoderTest, ShowsNothingWhileTooManyPicturesAreHeld) {
  const Stream stream = Ours(VideoCodec::kVp8, {640, 360}, 40);
  const auto decoder = device_->CreateDecoder(VideoCodec::kVp8).value();
  std::vector<std::unique_ptr<const VideoFrame>> held;
  for (size_t i = 0; i < 30; ++i) {
    auto decoded = decoder->Decode(stream[i].view()).value();
    if (decoded != nullptr) held.push_back(std::move(decoded));
  }
  EXPECT_EQ(held.size(), size_t{Device::kMaxHeldPictures});
  EXPECT_EQ(device_->probe().pictures_held.value(), 30 - Device::kMaxHeldPictures);
  held.clear();
  // Nothing was missed for decoding.
  const auto decoded = decoder->Decode(stream[30].view()).value();
  ASSERT_NE(decoded, nullptr);
  TestPicture seen({640, 360});
  ASSERT_TRUE(device_->Download(*decoded->view().surface(), seen.view()));
  EXPECT_EQ(ReadBarcode(seen.view()), 30);
}

// All of these work in software; the Engine takes them there.
TEST_F(VaapiDecoderTest, RefusesAloudWhatItCannotDo) {
  const Stream refused[] = {
      Foreign({640, 480}, {.full_range = true}, 1),
      Foreign({640, 480}, {.full_colour = true}, 1),
      Ours(VideoCodec::kH264, {32, 32}, 1),
      Ours(VideoCodec::kVp8, {32, 32}, 1),
  };
  for (const Stream& stream : refused) {
    const auto decoder = device_->CreateDecoder(stream.front().codec).value();
    const auto decoded = decoder->Decode(stream.front().view());
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code, ErrorCode::kUnsupported) << ToString(decoded.error());
  }
}

// Whichever of them is used.
TEST_F(VaapiDecoderTest, RefusesASizeThatIsDeclaredBesideAnother) {
  const OwnedEncodedFrame large = Ours(VideoCodec::kH264, {640, 360}, 1).front();
  OwnedEncodedFrame both = Ours(VideoCodec::kH264, {32, 32}, 1).front();
  both.payload.insert(both.payload.end(), large.payload.begin(), large.payload.end());
  const auto decoded = device_->CreateDecoder(VideoCodec::kH264).value()->Decode(both.view());
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kUnsupported) << ToString(decoded.error());
}

TEST_F(VaapiDecoderTest, AStreamThatIsRefusedIsDecodedOnTheCpuFromItsKeyFrame) {
  Engine engine(OpenTestDevice());
  const auto decoder = engine.CreateDecoder(VideoCodec::kH264).value();
  for (const auto& frame : Foreign({640, 480}, {.full_range = true}, 5)) {
    const auto decoded = decoder->Decode(frame.view()).value();
    ASSERT_NE(decoded, nullptr);
    EXPECT_EQ(decoded->view().surface(), nullptr);
  }
  EXPECT_EQ(engine.probe().streams_refused.value(), 1);
  EXPECT_FALSE(engine.given_up());
}

TEST_F(VaapiDecoderTest, DamagedStreamsNeitherBreakItNorTheDevice) {
  for (const VideoCodec codec : {VideoCodec::kVp8, VideoCodec::kH264}) {
    Stream stream = Ours(codec, {320, 180}, 30);
    const auto decoder = device_->CreateDecoder(codec).value();
    uint32_t random = 1;
    for (OwnedEncodedFrame& frame : stream) {
      OwnedEncodedFrame damaged = frame;
      for (int i = 0; i < 20; ++i) {
        random = random * 1664525 + 1013904223;
        damaged.payload[(random >> 8) % damaged.payload.size()] ^= static_cast<uint8_t>(random);
      }
      const auto decoded = decoder->Decode(damaged.view());
      EXPECT_TRUE(decoded || decoded.error().code != ErrorCode::kDeviceFailed);
    }
    // A key frame heals it.
    const auto healed = decoder->Decode(stream.front().view());
    ASSERT_TRUE(healed) << ToString(healed.error());
    ASSERT_NE(*healed, nullptr);
    TestPicture seen({320, 180});
    ASSERT_TRUE(device_->Download(*(*healed)->view().surface(), seen.view()));
    EXPECT_EQ(ReadBarcode(seen.view()), 0);
  }
}

TEST_F(VaapiDecoderTest, LostFramesAreNoMatterForTheDevice) {
  Stream stream = Ours(VideoCodec::kH264, {640, 360}, 20);
  stream.erase(stream.begin() + 5, stream.begin() + 8);
  const auto decoder = device_->CreateDecoder(VideoCodec::kH264).value();
  for (const auto& frame : stream) {
    const auto decoded = decoder->Decode(frame.view());
    EXPECT_TRUE(decoded || decoded.error().code == ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace continuo
