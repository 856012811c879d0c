// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_compositor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <vector>

#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/picture_buffer.h"
#include "tests/support/test_picture.h"
#include "tests/unit/hwaccel_vaapi/vaapi_test_device.h"

namespace continuo {
namespace {

constexpr PixelSize kCanvas{1280, 720};
constexpr PixelRect kWhole{0, 0, kCanvas.width, kCanvas.height};
constexpr YuvColor kBackground{20, 128, 128};
constexpr YuvColor kBars{16, 128, 128};
constexpr YuvColor kRed{63, 102, 240};

// A rounded dark plate with a bright "name", as mcu/video renders them: premultiplied.
Overlay MakePlate(PixelSize size, int seed) {
  std::vector<uint8_t> pixels;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const bool letter = (x + seed) / 6 % 3 == 0 && y > size.height / 4 && y < size.height * 3 / 4;
      const int edge = std::min({x, y, size.width - 1 - x, size.height - 1 - y});
      const int alpha = letter ? 255 : std::min(160, 40 * (edge + 1));
      const int value = letter ? 240 : 24 * alpha / 255;
      pixels.insert(pixels.end(), 3, static_cast<uint8_t>(value));
      pixels.push_back(static_cast<uint8_t>(alpha));
    }
  }
  return Overlay::FromPremultipliedArgb(size, pixels.data(), 4 * size.width);
}

std::vector<PixelRect> Grid(int count) {
  int columns = 1;
  while (columns * columns < count) ++columns;
  const PixelSize tile{kCanvas.width / columns & ~1, kCanvas.height / columns & ~1};
  std::vector<PixelRect> tiles;
  for (int i = 0; i < count; ++i) {
    tiles.push_back({i % columns * tile.width, i / columns * tile.height, tile.width, tile.height});
  }
  return tiles;
}

double Psnr(const I420View& a, const I420View& b) {
  return std::min({PlanePsnr(a, b, 0), PlanePsnr(a, b, 1), PlanePsnr(a, b, 2)});
}

// Everything is drawn twice, on the device and on the CPU.
class VaapiCompositorTest : public testing::Test {
 protected:
  void Fill(PixelRect rect, YuvColor color) {
    gpu_->Fill(rect, color);
    cpu_->Fill(rect, color);
  }
  void Draw(PixelRect tile, const PictureView& picture, YuvColor bars = kBars) {
    gpu_->DrawPicture(tile, picture, bars);
    cpu_->DrawPicture(tile, picture, bars);
  }
  void Blend(PixelPoint at, const Overlay& overlay) {
    gpu_->Blend(at, overlay);
    cpu_->Blend(at, overlay);
  }
  void Finish() {
    const auto finished = gpu_->Finish();
    ASSERT_TRUE(finished) << ToString(finished.error());
    ASSERT_TRUE(cpu_->Finish());
  }
  // A picture in memory, kept until the end of the test.
  PictureView Camera(uint16_t number, PixelSize size) {
    TestPicture& picture = cameras_.emplace_back(size);
    DrawMovingPicture(number, picture.view());
    return PictureView(picture.view());
  }
  const I420View& Downloaded(PixelSize size = kCanvas) {
    downloaded_.Resize(size);
    const auto canvas = gpu_->Canvas(size).value();
    EXPECT_TRUE(device_->Download(*canvas.surface(), downloaded_.view()));
    seen_ = downloaded_.view();
    return seen_;
  }
  I420View Expected(PixelSize size = kCanvas) { return cpu_->Canvas(size).value().memory(); }
  double PsnrOf(PixelRect tile) { return Psnr(Crop(Downloaded(), tile), Crop(Expected(), tile)); }

  std::unique_ptr<Device> device_ = OpenTestDevice();
  std::unique_ptr<Compositor> gpu_ = device_->CreateCompositor(kCanvas).value();
  std::unique_ptr<Compositor> cpu_ = CpuCompositor::Create(kCanvas).value();
  std::list<TestPicture> cameras_;
  PictureBuffer downloaded_;
  I420View seen_;
};

TEST_F(VaapiCompositorTest, BeginsBlack) { EXPECT_EQ(PsnrOf(kWhole), 99); }

TEST_F(VaapiCompositorTest, RefusesACanvasThatNv12CannotHold) {
  EXPECT_FALSE(device_->CreateCompositor({1279, 720}));
  EXPECT_FALSE(device_->CreateCompositor({0, 720}));
  EXPECT_FALSE(device_->CreateCompositor({1280, 1 << 20}));
}

// To a step or two of each sample: a colour is a small surface, enlarged.
TEST_F(VaapiCompositorTest, FillsRectangles) {
  Fill(kWhole, kBackground);
  Fill({2, 4, 6, 8}, kRed);
  Fill({100, 100, 900, 600}, kRed);
  Finish();
  EXPECT_GE(PsnrOf(kWhole), 40);
}

TEST_F(VaapiCompositorTest, ComposesOneToTwentyFivePicturesWithTheirNames) {
  for (const int count : {1, 2, 3, 4, 5, 7, 8, 9, 16, 25}) {
    const auto tiles = Grid(count);
    std::list<Overlay> plates;
    Fill(kWhole, kBackground);
    for (int i = 0; i < count; ++i) {
      const PixelRect tile = tiles[static_cast<size_t>(i)];
      Draw(tile, Camera(static_cast<uint16_t>(count * 100 + i), {640, i % 3 == 0 ? 480 : 360}));
      const PixelSize size{std::min(200, tile.width / 2) & ~1, std::min(40, tile.height / 6) & ~1};
      const Overlay& plate = plates.emplace_back(MakePlate(size, i));
      Blend({tile.x + 8, tile.y + tile.height - size.height - 8}, plate);
    }
    Finish();
    for (const PixelRect tile : tiles) EXPECT_GE(PsnrOf(tile), 40) << count << " tiles";
  }
}

TEST_F(VaapiCompositorTest, ShrinksLargePicturesWithoutAliasing) {
  for (const PixelSize size : {PixelSize{1280, 720}, {1920, 1080}, {1284, 722}, {2560, 1440}}) {
    const PixelRect tile{426, 240, 426, 240};
    Draw(tile, Camera(7, size));
    Draw({0, 0, 320, 180}, Camera(8, size));
    Finish();
    EXPECT_GE(PsnrOf(tile), 40) << size.width;
    EXPECT_GE(PsnrOf({0, 0, 320, 180}), 40) << size.width;
  }
}

TEST_F(VaapiCompositorTest, DrawsSmallAndOddPictures) {
  const PixelRect tile{0, 0, 640, 360};
  for (const PixelSize size :
       {PixelSize{16, 16}, {2, 2}, {63, 200}, {176, 144}, {321, 181}, {333, 251}, {1281, 721}}) {
    Draw(tile, Camera(9, size));
    Finish();
    EXPECT_GE(PsnrOf(tile), 40) << size.width << "x" << size.height;
  }
}

// Wherever they are, pictures flatter than a scaler may draw.
TEST_F(VaapiCompositorTest, DrawsSlivers) {
  const PixelRect tile{256, 144, 256, 144};
  Fill(kWhole, kBackground);
  for (const PixelSize size : {PixelSize{4096, 64}, {64, 4096}}) {
    const auto source = device_->CreateCompositor(size).value();
    const PictureView picture = Camera(5, size);
    source->DrawPicture({0, 0, size.width, size.height}, picture, kBars);
    ASSERT_TRUE(source->Finish());
    const int64_t downloads = device_->probe().downloads.value();
    gpu_->DrawPicture(tile, source->Canvas(size).value(), kRed);
    cpu_->DrawPicture(tile, picture, kRed);
    Finish();
    EXPECT_EQ(device_->probe().downloads.value(), downloads + 1);
    EXPECT_GE(PsnrOf(tile), 40) << size.width;
    Draw(tile, picture, kRed);
    Finish();
    EXPECT_GE(PsnrOf(kWhole), 40) << size.width;
  }
}

TEST_F(VaapiCompositorTest, APictureWithoutPixelsIsAllBars) {
  Draw({0, 0, 640, 360}, PictureView(), kRed);
  Finish();
  EXPECT_GE(PsnrOf(kWhole), 40);
}

TEST_F(VaapiCompositorTest, KeepsWhatItDrewInThePassesBefore) {
  const auto tiles = Grid(9);
  Fill(kWhole, kBackground);
  for (size_t i = 0; i < 9; ++i) Draw(tiles[i], Camera(static_cast<uint16_t>(i), {640, 360}));
  Finish();
  for (uint16_t round = 1; round < 6; ++round) {
    Draw(tiles[round], Camera(static_cast<uint16_t>(100 + round), {640, 360}));
    Finish();
    for (const PixelRect tile : tiles) EXPECT_GE(PsnrOf(tile), 40) << "round " << round;
  }
}

TEST_F(VaapiCompositorTest, WhatIsDrawnLaterIsOnTop) {
  const Overlay plate = MakePlate({200, 40}, 1);
  const Overlay other = MakePlate({160, 60}, 2);
  Fill(kWhole, kBackground);
  Draw({0, 0, 1280, 720}, Camera(1, {1280, 720}));
  Blend({200, 200}, plate);  // half under the next picture
  Draw({300, 100, 320, 180}, Camera(2, {640, 360}));
  Blend({310, 240}, plate);  // on that
  Blend({320, 230}, other);  // and across the plate
  Finish();
  EXPECT_GE(PsnrOf({190, 90, 440, 210}), 40);
  EXPECT_GE(PsnrOf(kWhole), 40);
}

TEST_F(VaapiCompositorTest, UploadsAnOverlayOnceAndBlendsOnTheCpuOnlyWhereItMust) {
  const Overlay plate = MakePlate({200, 40}, 1);
  for (int i = 0; i < 5; ++i) {
    Fill({0, 0, 640, 360}, kBackground);
    Blend({20, 300}, plate);
    Finish();
  }
  EXPECT_EQ(device_->probe().plate_blends.value(), DriverBlends() ? 0 : 5);
  EXPECT_EQ(device_->probe().uploads.value(), 0);
  EXPECT_EQ(device_->probe().downloads.value(), 0);
}

TEST_F(VaapiCompositorTest, AnotherOverlayAtTheSameAddressIsAnotherPicture) {
  Overlay plate = MakePlate({200, 40}, 1);
  Blend({20, 300}, plate);
  Finish();
  plate = MakePlate({200, 40}, 4);
  Fill({0, 280, 640, 80}, kBackground);
  Blend({20, 300}, plate);
  Finish();
  EXPECT_GE(PsnrOf({0, 280, 640, 80}), 40);
}

TEST_F(VaapiCompositorTest, DrawsMoreOverlaysThanItKeeps) {
  std::list<Overlay> plates;
  Fill(kWhole, kBackground);
  for (int i = 0; i < 200; ++i) {
    Blend({i % 10 * 120, i / 10 * 30}, plates.emplace_back(MakePlate({100, 24}, i)));
  }
  Finish();
  EXPECT_GE(PsnrOf(kWhole), 40);
}

TEST_F(VaapiCompositorTest, GivesTheCanvasAtTheSizesOfEncoders) {
  Fill(kWhole, kBackground);
  Draw({0, 0, 1280, 720}, Camera(77, {1280, 720}));
  Finish();
  for (const PixelSize size :
       {PixelSize{640, 360}, {320, 180}, {426, 240}, {960, 540}, {1278, 718}}) {
    EXPECT_GE(Psnr(Downloaded(size), Expected(size)), 40) << size.width;
    EXPECT_EQ(ReadBarcode(Downloaded(size)), 77);
  }
  EXPECT_FALSE(gpu_->Canvas({1282, 720}));
  EXPECT_FALSE(gpu_->Canvas({641, 360}));
  EXPECT_FALSE(gpu_->Canvas({0, 0}));
}

TEST_F(VaapiCompositorTest, AScaledCanvasFollowsTheCanvas) {
  for (uint16_t number = 1; number < 4; ++number) {
    Draw(kWhole, Camera(number, {1280, 720}));
    Finish();
    EXPECT_EQ(ReadBarcode(Downloaded({640, 360})), number);
    EXPECT_EQ(ReadBarcode(Downloaded({640, 360})), number);
  }
}

TEST_F(VaapiCompositorTest, MayBeAskedForTheCanvasInTheMidstOfAPass) {
  Draw({0, 0, 320, 180}, Camera(1, {1280, 720}));
  for (const PixelSize size : {PixelSize{320, 180}, {160, 90}}) {
    ASSERT_TRUE(gpu_->Canvas(size));
    Draw({320, 0, 320, 180}, Camera(2, {1280, 720}));
  }
  Finish();
  EXPECT_GE(PsnrOf(kWhole), 40);
}

TEST_F(VaapiCompositorTest, CountsPicturesThatWereInMemory) {
  Draw({0, 0, 640, 360}, Camera(1, {640, 360}));
  Draw({640, 0, 640, 360}, Camera(2, {640, 360}));
  Finish();
  EXPECT_EQ(device_->probe().uploads.value(), 2);
}

TEST_F(VaapiCompositorTest, DrawsItsOwnDevicesPicturesWhereTheyAre) {
  const auto source = device_->CreateCompositor({640, 360}).value();
  source->DrawPicture({0, 0, 640, 360}, Camera(3, {640, 360}), kBars);
  ASSERT_TRUE(source->Finish());
  const int64_t uploads = device_->probe().uploads.value();
  const PictureView picture = source->Canvas({640, 360}).value();
  ASSERT_TRUE(gpu_->CanDraw(picture));
  gpu_->DrawPicture({320, 180, 640, 360}, picture, kBars);
  ASSERT_TRUE(gpu_->Finish());
  EXPECT_EQ(device_->probe().uploads.value(), uploads);
  EXPECT_EQ(ReadBarcode(Downloaded(), {320, 180, 640, 360}), 3);
}

TEST_F(VaapiCompositorTest, DoesNotTouchThePicturesOfAnotherDevice) {
  const auto other = OpenTestDevice();
  const auto source = other->CreateCompositor({640, 360}).value();
  EXPECT_FALSE(gpu_->CanDraw(source->Canvas({640, 360}).value()));
  TestPicture memory({640, 360});
  EXPECT_FALSE(device_->Download(*source->Canvas({640, 360}).value().surface(), memory.view()));
}

}  // namespace
}  // namespace continuo
