// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <thread>
#include <vector>

#include "codecs/registry.h"
#include "hwaccel/engine.h"
#include "hwaccel/self_test/self_test.h"
#include "tests/support/test_picture.h"
#include "tests/unit/codecs/video_streams.h"
#include "tests/unit/hwaccel_vaapi/vaapi_test_device.h"

namespace continuo {
namespace {

constexpr PixelSize kCanvas{1280, 720};
constexpr YuvColor kBackground{20, 128, 128};
constexpr int kPictures = 20;
constexpr std::array<PixelRect, 4> kTiles{
    PixelRect{0, 0, 640, 360}, {640, 0, 640, 360}, {0, 360, 640, 360}, {640, 360, 640, 360}};

// A small opaque plate, away from the barcodes.
Overlay MakePlate() {
  constexpr PixelSize kSize{120, 30};
  const std::vector<uint8_t> pixels(static_cast<size_t>(kSize.area()) * 4, 200);
  return Overlay::FromPremultipliedArgb(kSize, pixels.data(), 4 * kSize.width);
}

struct Participant {
  std::vector<OwnedEncodedFrame> stream;
  std::unique_ptr<VideoDecoder> decoder;
  std::unique_ptr<const VideoFrame> picture;
};

// Everything of a room that touches a device, on one Engine.
class VaapiMeetingTest : public testing::Test {
 protected:
  void Join(VideoCodec codec, PixelSize size) {
    Participant& participant = participants_.emplace_back();
    participant.stream =
        MovingStream(codec, {size, 25, DataRate::KilobitsPerSec(600)}).Next(kPictures);
    participant.decoder = engine_.CreateDecoder(codec).value();
  }
  void Decode(Participant& participant, size_t number) {
    auto decoded = participant.decoder->Decode(participant.stream[number].view());
    ASSERT_TRUE(decoded) << ToString(decoded.error());
    ASSERT_NE(*decoded, nullptr);
    participant.picture = *std::move(decoded);
  }
  void Compose() {
    compositor_->Fill({0, 0, kCanvas.width, kCanvas.height}, kBackground);
    for (size_t i = 0; i < participants_.size(); ++i) {
      ASSERT_TRUE(compositor_->CanDraw(participants_[i].picture->view()));
      compositor_->DrawPicture(kTiles[i], participants_[i].picture->view(), {});
      compositor_->Blend({kTiles[i].x + 10, kTiles[i].y + 200}, plate_);
    }
    const auto finished = compositor_->Finish();
    ASSERT_TRUE(finished) << ToString(finished.error());
  }
  std::unique_ptr<VideoEncoder> Rendition(PixelSize size) {
    return engine_.CreateEncoder(VideoCodec::kH264, {size, 25, DataRate::KilobitsPerSec(1200)})
        .value();
  }
  EncodedFrame Encode(VideoEncoder& encoder, PixelSize size) {
    const auto encoded =
        encoder.Encode(compositor_->Canvas(size).value(), 0, {}, ForceKeyFrame::kNo);
    EXPECT_TRUE(encoded) << ToString(encoded.error());
    return encoded.value_or(EncodedFrame{});
  }
  const StageProbe& Decoding() { return engine_.probe().Of(Backend::kVaapi).decode; }

  Engine engine_{OpenTestDevice()};
  std::vector<Participant> participants_;  // gone before the engine, and so is what follows
  const Overlay plate_ = MakePlate();
  std::unique_ptr<Compositor> compositor_ = engine_.CreateCompositor(kCanvas).value();
};

TEST_F(VaapiMeetingTest, NoPictureLeavesTheDeviceFromDecoderToEncoder) {
  Join(VideoCodec::kVp8, {640, 360});
  Join(VideoCodec::kH264, {1280, 720});
  Join(VideoCodec::kVp8, {640, 480});
  Join(VideoCodec::kH264, {320, 180});
  const auto hd = Rendition(kCanvas);
  const auto sd = Rendition({640, 360});
  const auto hd_viewer = CreateVideoDecoder(VideoCodec::kH264).value();
  const auto sd_viewer = CreateVideoDecoder(VideoCodec::kH264).value();
  for (size_t number = 0; number < kPictures; ++number) {
    for (Participant& participant : participants_) Decode(participant, number);
    Compose();
    const auto seen = hd_viewer->Decode(Encode(*hd, kCanvas)).value();
    // The third has bars beside it.
    for (const size_t tile : {0U, 1U, 3U}) {
      EXPECT_EQ(ReadBarcode(seen->picture(), kTiles[tile]), number) << "tile " << tile;
    }
    const auto small = sd_viewer->Decode(Encode(*sd, {640, 360})).value();
    EXPECT_EQ(ReadBarcode(small->picture(), {0, 0, 320, 180}), number);
  }
  const DeviceProbe& probe = engine_.accelerator()->probe();
  EXPECT_EQ(probe.uploads.value(), 0);
  EXPECT_EQ(probe.downloads.value(), 0);
  EXPECT_EQ(probe.plate_blends.value(), DriverBlends() ? 0 : 4 * kPictures);
  const BackendProbe& stages = engine_.probe().Of(Backend::kVaapi);
  EXPECT_EQ(stages.decode.pictures.value(), 4 * kPictures);
  EXPECT_EQ(stages.compose.pictures.value(), kPictures);
  EXPECT_EQ(stages.encode.pictures.value(), 2 * kPictures);
  EXPECT_EQ(engine_.probe().Of(Backend::kCpu).decode.pictures.value(), 0);
}

TEST_F(VaapiMeetingTest, DecodersWorkOnThreadsOfTheirOwn) {
  for (int i = 0; i < 4; ++i) {
    Join(i % 2 == 0 ? VideoCodec::kVp8 : VideoCodec::kH264, {640, 360});
  }
  std::vector<std::vector<std::unique_ptr<const VideoFrame>>> pictures(4);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < Device::kMaxHeldPictures; ++n) {
        auto& participant = participants_[i];
        pictures[i].push_back(
            participant.decoder->Decode(participant.stream[static_cast<size_t>(n)].view()).value());
      }
    });
  }
  const auto encoder = Rendition(kCanvas);
  for (int i = 0; i < 10; ++i) {
    compositor_->Fill({0, 0, kCanvas.width, kCanvas.height}, kBackground);
    compositor_->Blend({100, 100}, plate_);
    ASSERT_TRUE(compositor_->Finish());
    Encode(*encoder, kCanvas);
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t n = 0; n < Device::kMaxHeldPictures; ++n) {
    for (size_t i = 0; i < 4; ++i) participants_[i].picture = std::move(pictures[i][n]);
    Compose();
    TestPicture seen(kCanvas);
    const PictureView canvas = compositor_->Canvas(kCanvas).value();
    ASSERT_TRUE(engine_.accelerator()->Download(*canvas.surface(), seen.view()));
    for (const PixelRect tile : kTiles) EXPECT_EQ(ReadBarcode(seen.view(), tile), n);
  }
}

TEST(VaapiSelfTest, TheDriverProvesItself) {
  const auto device = OpenTestDevice();
  const SelfTestReport report = TestDevice(*device, [](std::string_view) {});
  EXPECT_TRUE(report.passed) << ReasonOf(report);
  for (const SelfTestCheck& check : report.checks) {
    EXPECT_NE(check.verdict, Verdict::kFailed)
        << check.name << ": " << check.figure << check.unit << ' ' << check.detail;
  }
}

}  // namespace
}  // namespace continuo
