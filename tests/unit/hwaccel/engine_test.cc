// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "codecs/registry.h"
#include "tests/support/test_picture.h"
#include "tests/unit/hwaccel/fake_device.h"

namespace continuo {
namespace {

constexpr PixelSize kCamera{320, 180};
constexpr PixelSize kCanvas{640, 360};
constexpr PixelRect kWhole{0, 0, 640, 360};
constexpr YuvColor kBars{16, 128, 128};

// A camera's stream, one access unit at a time.
class Camera {
 public:
  explicit Camera(VideoCodec codec)
      : encoder_(
            std::move(*CreateVideoEncoder(codec, {kCamera, 25, DataRate::KilobitsPerSec(800)}))) {}
  EncodedFrame Next(ForceKeyFrame force = ForceKeyFrame::kNo) {
    DrawMovingPicture(++number_, picture_.view());
    const TestPicture& drawn = picture_;
    return *encoder_->Encode(drawn.view(), number_ * 3600U, Timestamp::Micros(number_), force);
  }
  uint16_t number() const { return number_; }

 private:
  std::unique_ptr<VideoEncoder> encoder_;
  TestPicture picture_{kCamera};
  uint16_t number_ = 0;
};

class EngineTest : public testing::Test {
 protected:
  const BackendProbe& On(Backend backend) const { return engine_.probe().Of(backend); }

  DeviceFate fate_;
  Engine engine_{std::make_unique<FakeDevice>(fate_)};
};

TEST_F(EngineTest, KeepsAPictureOnTheDeviceFromDecoderToEncoder) {
  Camera camera(VideoCodec::kH264);
  auto decoder = *engine_.CreateDecoder(VideoCodec::kH264);
  auto compositor = *engine_.CreateCompositor(kCanvas);
  auto encoder =
      *engine_.CreateEncoder(VideoCodec::kH264, {kCanvas, 25, DataRate::KilobitsPerSec(800)});
  for (int i = 0; i < 3; ++i) {
    const auto picture = decoder->Decode(camera.Next());
    ASSERT_TRUE(picture && *picture);
    ASSERT_NE((*picture)->view().surface(), nullptr);
    compositor->DrawPicture(kWhole, (*picture)->view(), kBars);
    ASSERT_TRUE(compositor->Finish());
    ASSERT_TRUE(encoder->Encode(*compositor->Canvas(kCanvas), 0, {}, ForceKeyFrame::kNo));
  }
  EXPECT_EQ(On(Backend::kVaapi).decode.pictures.value(), 3U);
  EXPECT_EQ(On(Backend::kVaapi).compose.pictures.value(), 3U);
  EXPECT_EQ(On(Backend::kVaapi).encode.pictures.value(), 3U);
  EXPECT_EQ(On(Backend::kCpu).decode.pictures.value(), 0U);
  EXPECT_EQ(fate_.downloads, 0);
}

TEST_F(EngineTest, DecodesOnTheCpuACodecThatTheDeviceLacks) {
  Camera camera(VideoCodec::kVp8);
  auto decoder = *engine_.CreateDecoder(VideoCodec::kVp8);
  const auto picture = decoder->Decode(camera.Next());
  ASSERT_TRUE(picture && *picture);
  EXPECT_EQ((*picture)->view().surface(), nullptr);
  EXPECT_EQ(On(Backend::kCpu).decode.pictures.value(), 1U);
  EXPECT_FALSE(engine_.given_up());
}

TEST_F(EngineTest, EncodesInSoftwareWithADownloadACodecThatTheDeviceLacks) {
  auto compositor = *engine_.CreateCompositor(kCanvas);
  auto encoder =
      *engine_.CreateEncoder(VideoCodec::kVp8, {kCanvas, 25, DataRate::KilobitsPerSec(800)});
  TestPicture picture(kCamera);
  DrawMovingPicture(7, picture.view());
  compositor->DrawPicture(kWhole, PictureView(picture.view()), kBars);
  ASSERT_TRUE(compositor->Finish());
  const auto frame = encoder->Encode(*compositor->Canvas(kCanvas), 0, {}, ForceKeyFrame::kNo);
  ASSERT_TRUE(frame);
  EXPECT_EQ(fate_.downloads, 1);
  EXPECT_EQ(On(Backend::kCpu).encode.pictures.value(), 1U);
  auto decoder = *CreateVideoDecoder(VideoCodec::kVp8);
  const auto seen = decoder->Decode(*frame);
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ(ReadBarcode((*seen)->picture()), 7);
}

TEST_F(EngineTest, MovesAStreamThatTheDeviceRefusesToTheCpuFromItsKeyFrame) {
  Camera camera(VideoCodec::kH264);
  auto decoder = *engine_.CreateDecoder(VideoCodec::kH264);
  fate_.decoding = ErrorCode::kUnsupported;
  const auto picture = decoder->Decode(camera.Next());
  ASSERT_TRUE(picture && *picture) << "the refused frame itself is shown";
  EXPECT_EQ(ReadBarcode((*picture)->picture()), 1);
  ASSERT_TRUE(decoder->Decode(camera.Next()));
  EXPECT_EQ(engine_.probe().streams_refused.value(), 1U);
  EXPECT_EQ(On(Backend::kCpu).decode.pictures.value(), 2U);
  EXPECT_FALSE(engine_.given_up()) << "other streams stay where they are";
}

TEST_F(EngineTest, DoesNotMoveARefusedStreamWithoutItsKeyFrame) {
  Camera camera(VideoCodec::kH264);
  auto decoder = *engine_.CreateDecoder(VideoCodec::kH264);
  ASSERT_TRUE(decoder->Decode(camera.Next()));
  fate_.decoding = ErrorCode::kUnsupported;
  const auto picture = decoder->Decode(camera.Next());
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(decoder->Decode(camera.Next(ForceKeyFrame::kYes)));
  EXPECT_EQ(engine_.probe().streams_refused.value(), 1U);
}

TEST_F(EngineTest, KeepsTheDeviceWhenAStreamIsMalformed) {
  auto decoder = *engine_.CreateDecoder(VideoCodec::kH264);
  fate_.decoding = ErrorCode::kMalformed;
  Camera camera(VideoCodec::kH264);
  EXPECT_FALSE(decoder->Decode(camera.Next()));
  EXPECT_FALSE(engine_.given_up());
  EXPECT_EQ(On(Backend::kVaapi).decode.errors.value(), 1U);
}

TEST_F(EngineTest, GivesTheDeviceUpForEverythingWhenOneStageFails) {
  Camera camera(VideoCodec::kH264);
  auto decoder = *engine_.CreateDecoder(VideoCodec::kH264);
  auto compositor = *engine_.CreateCompositor(kCanvas);
  auto encoder =
      *engine_.CreateEncoder(VideoCodec::kH264, {kCanvas, 25, DataRate::KilobitsPerSec(800)});
  ASSERT_TRUE(compositor->Finish());
  const auto canvas = *compositor->Canvas(kCanvas);
  EXPECT_FALSE(compositor->lost());

  fate_.decoding = ErrorCode::kDeviceFailed;
  EXPECT_FALSE(decoder->Decode(camera.Next()));
  EXPECT_TRUE(engine_.given_up());
  EXPECT_EQ(engine_.usable(), nullptr);
  EXPECT_TRUE(compositor->lost());
  const auto encoded = encoder->Encode(canvas, 0, {}, ForceKeyFrame::kNo);
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().code, ErrorCode::kDeviceFailed);
  EXPECT_EQ(engine_.probe().device_failures.value(), 1U);
  ASSERT_TRUE(engine_.failure());
  EXPECT_EQ(engine_.failure()->text, "as told");

  // Whoever asks anew gets the CPU, and it works.
  auto next_decoder = *engine_.CreateDecoder(VideoCodec::kH264);
  const auto picture = next_decoder->Decode(camera.Next(ForceKeyFrame::kYes));
  ASSERT_TRUE(picture && *picture);
  EXPECT_EQ(ReadBarcode((*picture)->picture()), camera.number());
  auto next_compositor = *engine_.CreateCompositor(kCanvas);
  next_compositor->DrawPicture(kWhole, (*picture)->view(), kBars);
  EXPECT_TRUE(next_compositor->Finish());
  EXPECT_FALSE(next_compositor->lost());
}

TEST_F(EngineTest, GivesTheDeviceUpWhenItCannotCompose) {
  fate_.making = ErrorCode::kUnsupported;
  EXPECT_TRUE(engine_.CreateCompositor(kCanvas));
  EXPECT_TRUE(engine_.given_up()) << "nothing that it decodes could be shown";
}

TEST_F(EngineTest, GivesTheDeviceUpWhenAnEncoderFails) {
  auto compositor = *engine_.CreateCompositor(kCanvas);
  auto encoder =
      *engine_.CreateEncoder(VideoCodec::kH264, {kCanvas, 25, DataRate::KilobitsPerSec(800)});
  ASSERT_TRUE(compositor->Finish());
  fate_.encoding = ErrorCode::kDeviceFailed;
  EXPECT_FALSE(encoder->Encode(*compositor->Canvas(kCanvas), 0, {}, ForceKeyFrame::kNo));
  EXPECT_TRUE(engine_.given_up());
}

TEST_F(EngineTest, KnowsSinceWhenACallIsUnderWay) {
  std::optional<Timestamp> seen;
  fate_.while_in_call = [&] { seen = engine_.accelerator()->calls().Oldest(); };
  auto compositor = *engine_.CreateCompositor(kCanvas);
  const Timestamp before = MonotonicNow();
  ASSERT_TRUE(compositor->Finish());
  ASSERT_TRUE(seen);
  EXPECT_GE(*seen, before);
  EXPECT_EQ(engine_.accelerator()->calls().Oldest(), std::nullopt);
}

TEST_F(EngineTest, KnowsTheOldestOfCallsWithinCalls) {
  CallWatch watch;
  const CallWatch::Call outer(&watch);
  const auto began = watch.Oldest();
  ASSERT_TRUE(began);
  {
    const CallWatch::Call inner(&watch);
    std::thread([&] { const CallWatch::Call elsewhere(&watch); }).join();
    EXPECT_EQ(watch.Oldest(), began);
  }
  EXPECT_EQ(watch.Oldest(), began);
}

TEST_F(EngineTest, WatchesNoWorkOfTheCpu) {
  Camera camera(VideoCodec::kVp8);
  auto decoder = *engine_.CreateDecoder(VideoCodec::kVp8);
  auto compositor = *engine_.CreateCompositor(kCanvas);
  bool was_in_call = false;
  std::atomic<bool> done = false;
  std::thread watcher([&] {
    while (!done) was_in_call |= engine_.accelerator()->calls().Oldest().has_value();
  });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(decoder->Decode(camera.Next()));
  done = true;
  watcher.join();
  EXPECT_FALSE(was_in_call);
}

TEST_F(EngineTest, TakesAnyErrorOfARunningEncoderForTheDevices) {
  auto compositor = *engine_.CreateCompositor(kCanvas);
  auto encoder =
      *engine_.CreateEncoder(VideoCodec::kH264, {kCanvas, 25, DataRate::KilobitsPerSec(800)});
  ASSERT_TRUE(compositor->Finish());
  fate_.encoding = ErrorCode::kUnsupported;
  const auto encoded = encoder->Encode(*compositor->Canvas(kCanvas), 0, {}, ForceKeyFrame::kNo);
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().code, ErrorCode::kDeviceFailed);
  EXPECT_TRUE(engine_.given_up());
}

TEST(EngineWithoutADevice, IsTheCpu) {
  Engine engine;
  EXPECT_EQ(engine.accelerator(), nullptr);
  Camera camera(VideoCodec::kH264);
  auto decoder = *engine.CreateDecoder(VideoCodec::kH264);
  ASSERT_TRUE(decoder->Decode(camera.Next()));
  engine.GiveUp({ErrorCode::kDeviceFailed, "nothing to give up", {}, 0});
  EXPECT_FALSE(engine.given_up());
  EXPECT_EQ(engine.probe().Of(Backend::kCpu).decode.pictures.value(), 1U);
}

}  // namespace
}  // namespace continuo
