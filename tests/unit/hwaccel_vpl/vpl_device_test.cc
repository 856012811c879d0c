// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_device.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

#include "hwaccel/engine.h"
#include "tests/unit/codecs/video_streams.h"
#include "tests/unit/hwaccel_vpl/vpl_device.h"

namespace continuo {
namespace {

TEST(VplDeviceTest, SaysWhatItIsAndWhatItCanDo) {
  const auto device = OpenDeviceUnderTest();
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->info().backend, Backend::kVpl);
  EXPECT_EQ(device->info().path, kRenderNode);
  EXPECT_NE(device->info().driver.find("mfx-gen"), std::string::npos) << device->info().driver;
  const Limits& limits = device->limits();
  const auto vp8 = static_cast<size_t>(VideoCodec::kVp8);
  const auto h264 = static_cast<size_t>(VideoCodec::kH264);
  EXPECT_GE(limits.decode[h264].max_size.width, 1920);
  EXPECT_GE(limits.decode[vp8].max_size.width, 1920);
  EXPECT_GE(limits.encode[h264].max_size.width, 1920);
  EXPECT_TRUE(limits.encode[h264].changes_rate);
  EXPECT_TRUE(limits.encode[h264].low_power);
  EXPECT_TRUE(limits.encode[h264].intra_refresh);
  EXPECT_GE(limits.encode[h264].regions_of_interest, 4);
  EXPECT_EQ(limits.encode[vp8].max_size, PixelSize());
  EXPECT_GE(limits.max_canvas.width, 1280);
  EXPECT_GE(limits.layers_per_pass, 7);
}

TEST(VplDeviceTest, ANodeThatIsNotThereIsUnavailable) {
  EXPECT_EQ(OpenVplDevice("/dev/dri/renderD140").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(OpenVplDevice("/dev/null/renderD128").error().code, ErrorCode::kUnavailable);
}

TEST(VplDeviceTest, TwoGpusAreTwoDevices) {
  const auto one = OpenDeviceUnderTest();
  const auto other = OpenVplDevice("/dev/dri/renderD129");
  ASSERT_TRUE(one != nullptr && other) << ToString(other.error());
  const auto frame =
      MovingStream(VideoCodec::kH264, {.size = {320, 180}, .rate = DataRate::KilobitsPerSec(300)})
          .Next(1)
          .front();
  for (Device* const device : {one.get(), other->get()}) {
    const auto decoder = *device->CreateDecoder(VideoCodec::kH264);
    const auto picture = decoder->Decode(frame.view());
    ASSERT_TRUE(picture && *picture != nullptr);
    EXPECT_EQ(&(*picture)->view().surface()->device(), device);
    EXPECT_EQ(ReadBarcode(Download(*device, (*picture)->view()).view()), 0);
    const auto compositor = *one->CreateCompositor({320, 180});
    EXPECT_EQ(compositor->CanDraw((*picture)->view()), device == one.get());
  }
}

// Three people, one canvas, two renditions: whole pictures never leave the device, nor enter it.
TEST(VplDeviceTest, AMeetingStaysOnTheDevice) {
  auto device = OpenDeviceUnderTest();
  ASSERT_NE(device, nullptr);
  Engine engine(std::move(device));
  const DeviceProbe& moved = engine.accelerator()->probe();
  constexpr PixelSize kHd{1280, 720};
  constexpr PixelSize kSd{640, 360};
  std::vector<MovingStream> people;
  std::vector<std::unique_ptr<VideoDecoder>> decoders;
  for (const VideoCodec codec : {VideoCodec::kH264, VideoCodec::kVp8, VideoCodec::kH264}) {
    people.emplace_back(
        codec, VideoEncoderConfig{
                   .size = kSd, .frames_per_second = 25, .rate = DataRate::KilobitsPerSec(700)});
    decoders.push_back(engine.CreateDecoder(codec).value());
  }
  auto compositor = engine.CreateCompositor(kHd).value();
  auto hd =
      engine.CreateEncoder(VideoCodec::kH264, {.size = kHd, .rate = DataRate::KilobitsPerSec(2500)})
          .value();
  auto sd =
      engine.CreateEncoder(VideoCodec::kH264, {.size = kSd, .rate = DataRate::KilobitsPerSec(900)})
          .value();
  const auto uploads_before = moved.uploads.value();
  auto viewer = CreateVideoDecoder(VideoCodec::kH264).value();
  auto thin_viewer = CreateVideoDecoder(VideoCodec::kH264).value();
  constexpr std::array<PixelRect, 3> kTiles{PixelRect{0, 0, 640, 360}, PixelRect{640, 0, 640, 360},
                                            PixelRect{320, 360, 640, 360}};
  for (uint16_t number = 0; number < 25; ++number) {
    std::vector<std::unique_ptr<const VideoFrame>> shown;
    for (size_t i = 0; i < people.size(); ++i) {
      auto decoded = decoders[i]->Decode(people[i].Next(1).front().view());
      ASSERT_TRUE(decoded && *decoded != nullptr);
      compositor->DrawPicture(kTiles[i], (*decoded)->view(), {});
      shown.push_back(*std::move(decoded));
    }
    ASSERT_TRUE(compositor->Finish());
    const auto full = hd->Encode(*compositor->Canvas(kHd), number, {}, ForceKeyFrame::kNo);
    ASSERT_TRUE(full) << ToString(full.error());
    const auto seen = viewer->Decode(*full);
    ASSERT_TRUE(seen && *seen != nullptr);
    for (const PixelRect& tile : kTiles) {
      EXPECT_EQ(ReadBarcode((*seen)->picture(), tile), number);
    }
    const auto thin = sd->Encode(*compositor->Canvas(kSd), number, {}, ForceKeyFrame::kNo);
    ASSERT_TRUE(thin) << ToString(thin.error());
    const auto thinly_seen = thin_viewer->Decode(*thin);
    ASSERT_TRUE(thinly_seen && *thinly_seen != nullptr);
    EXPECT_EQ(ReadBarcode((*thinly_seen)->picture(), {0, 0, 320, 180}), number);
  }
  EXPECT_EQ(moved.downloads.value(), 0);
  EXPECT_EQ(moved.uploads.value(), uploads_before);
  const BackendProbe& vpl = engine.probe().Of(Backend::kVpl);
  EXPECT_EQ(vpl.decode.pictures.value(), 75);
  EXPECT_EQ(vpl.compose.pictures.value(), 25);
  EXPECT_EQ(vpl.encode.pictures.value(), 50);
  EXPECT_EQ(engine.probe().Of(Backend::kCpu).decode.pictures.value(), 0);
  EXPECT_EQ(engine.failure(), std::nullopt);
}

}  // namespace
}  // namespace continuo
