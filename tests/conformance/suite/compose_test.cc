// SPDX-License-Identifier: Apache-2.0
// A device draws the CPU's picture: tiles, bars, names, and what was there before.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "mcu/scene/layout.h"
#include "mcu/scene/scene.h"
#include "mcu/video/name_plate.h"
#include "tests/conformance/support/camera.h"
#include "tests/conformance/support/device_under_test.h"
#include "tests/conformance/support/two_canvases.h"

namespace continuo {
namespace {

constexpr YuvColor kWall{20, 128, 128};
constexpr YuvColor kBars{16, 128, 128};
constexpr YuvColor kRed{63, 102, 240};
constexpr YuvColor kGreen{173, 42, 26};

// What people's cameras are like, telephones and old ones included.
constexpr std::array<PixelSize, 6> kCameras{PixelSize{640, 360}, {1280, 720}, {640, 480},
                                            {360, 640},          {320, 180},  {426, 240}};

constexpr std::array<const char*, 6> kNames{"Hélène Dupré", "João Núñez", "Мария Иванова",
                                            "Ayşe Yılmaz",  "陳大文",     "ياسمين"};

VideoCodec ACodecOf(const Device& device) {
  const auto& vp8 = device.limits().decode[static_cast<size_t>(VideoCodec::kVp8)];
  return vp8.max_size.width > 0 ? VideoCodec::kVp8 : VideoCodec::kH264;
}

class ComposeTest : public testing::Test {
 protected:
  // One picture of each kind of camera, alternating the codecs.
  static void SetUpTestSuite() {
    shots_ = new std::vector<Shot>;
    for (size_t i = 0; i < kCameras.size(); ++i) {
      const VideoCodec codec = i % 2 == 0 ? VideoCodec::kH264 : ACodecOf(DeviceUnderTest());
      shots_->push_back(
          Camera(DeviceUnderTest(), codec, kCameras[i], 1 + 40 * static_cast<int>(i)).Next());
    }
  }
  static void TearDownTestSuite() {
    delete shots_;
    shots_ = nullptr;
  }
  static const Shot& ShotOf(size_t camera) { return (*shots_)[camera % shots_->size()]; }

  void ClearWall() {
    canvases_.Fill({0, 0, canvases_.size().width, canvases_.size().height}, kWall);
  }
  // A person's tile with the name in its corner. Returns where the name is.
  PixelRect DrawPerson(PixelRect tile, size_t person) {
    canvases_.Draw(tile, ShotOf(person), kBars);
    return WriteName(tile, kNames[person % kNames.size()]);
  }
  PixelRect WriteName(PixelRect tile, const std::string& name) {
    const Overlay& plate = plates_->Plate(name, tile.size());
    const PixelPoint at = NamePlates::PlateOrigin(tile, plate.size());
    canvases_.Blend(at, plate);
    return {at.x, at.y, plate.size().width, plate.size().height};
  }
  PixelRect WriteInitials(PixelRect tile, const std::string& name) {
    const Overlay& disc = plates_->Initials(name, tile.size());
    const PixelPoint at = NamePlates::InitialsOrigin(tile, disc.size());
    canvases_.Blend(at, disc);
    return {at.x, at.y, disc.size().width, disc.size().height};
  }
  void ExpectAlike(const std::vector<PixelRect>& parts) {
    for (const PixelRect part : parts) EXPECT_TRUE(canvases_.Alike(part));
  }
  PixelRect Everything() const { return {0, 0, canvases_.size().width, canvases_.size().height}; }

  inline static std::vector<Shot>* shots_ = nullptr;
  TwoCanvases canvases_{DeviceUnderTest(), kCanvasSize};
  std::unique_ptr<NamePlates> plates_ = NamePlates::Create(kCanvasSize.height).value();
};

class ComposeGrid : public ComposeTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Of, ComposeGrid, testing::Range(1, kMaxTiles + 1));

TEST_P(ComposeGrid, ShowsEverybodyWithTheirNames) {
  const auto tiles = GridLayout(GetParam(), kCanvasSize);
  ClearWall();
  std::vector<PixelRect> plates;
  for (size_t i = 0; i < tiles.size(); ++i) plates.push_back(DrawPerson(tiles[i], i));
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike(tiles);
  ExpectAlike(plates);
  ExpectAlike({Everything()});
}

TEST_F(ComposeTest, BeginsBlack) {
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike({Everything()});
}

TEST_F(ComposeTest, FillsRectanglesWithTheirColours) {
  ClearWall();
  canvases_.Fill({100, 100, 200, 150}, kRed);
  canvases_.Fill({200, 200, 200, 150}, kGreen);
  canvases_.Fill({1278, 718, 2, 2}, kRed);
  canvases_.Fill({640, 0, 2, 720}, kGreen);
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike({{100, 100, 200, 100},
               {200, 200, 200, 150},
               {1278, 718, 2, 2},
               {640, 0, 2, 720},
               {420, 0, 200, 720},
               Everything()});
}

TEST_F(ComposeTest, PutsBarsBesideAPictureOfAnotherShape) {
  ClearWall();
  for (size_t camera = 0; camera < kCameras.size(); ++camera) {
    canvases_.Draw(
        {static_cast<int>(camera % 3) * 426, static_cast<int>(camera / 3) * 360, 426, 360},
        ShotOf(camera), kRed);
  }
  canvases_.Finish();
  canvases_.Look();
  for (size_t camera = 0; camera < kCameras.size(); ++camera) {
    const PixelRect tile{static_cast<int>(camera % 3) * 426, static_cast<int>(camera / 3) * 360,
                         426, 360};
    const PixelRect fit = FitRect(kCameras[camera], tile);
    ExpectAlike({tile, fit});
    if (fit.y > tile.y) ExpectAlike({{tile.x, tile.y, tile.width, fit.y - tile.y}});
    if (fit.x > tile.x) ExpectAlike({{tile.x, tile.y, fit.x - tile.x, tile.height}});
  }
  ExpectAlike({{1278, 0, 2, 720}});
}

TEST_F(ComposeTest, ShrinksALargePictureWithoutAliasing) {
  ClearWall();
  int x = 0;
  std::vector<PixelRect> tiles;
  for (const int height : {360, 240, 180, 144, 90, 60, 36}) {
    tiles.push_back({x, 100, height * 16 / 9 / 2 * 2, height});
    canvases_.Draw(tiles.back(), ShotOf(1), kBars);
    x += 160;
  }
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike({{0, 100, 160, 360}, tiles.back(), Everything()});
}

TEST_F(ComposeTest, DrawsPicturesInMemoryBesideItsOwn) {
  ClearWall();
  const auto tiles = GridLayout(4, kCanvasSize);
  const uint64_t uploads = DeviceUnderTest().probe().uploads.value();
  canvases_.Draw(tiles[0], ShotOf(0), kBars);
  canvases_.DrawFromMemory(tiles[1], ShotOf(2).in_memory->view(), kBars);
  canvases_.Draw(tiles[2], ShotOf(1), kBars);
  TestPicture odd({353, 287});
  DrawMovingPicture(7, odd.view());
  canvases_.DrawFromMemory(tiles[3], odd.view(), kBars);
  WriteName(tiles[3], kNames[0]);
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike(tiles);
  const uint64_t counted = DeviceUnderTest().probe().uploads.value() - uploads;
  EXPECT_EQ(counted, TestingTheCpu() ? 0u : 2u);
}

TEST_F(ComposeTest, PaintsATileThatHasNoPicture) {
  ClearWall();
  canvases_.DrawFromMemory({0, 0, 640, 360}, PictureView(), kRed);
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike({{0, 0, 640, 360}, Everything()});
}

TEST_F(ComposeTest, WritesInitialsOnAnEmptyTile) {
  ClearWall();
  const auto tiles = GridLayout(9, kCanvasSize);
  std::vector<PixelRect> discs;
  for (size_t i = 0; i < tiles.size(); ++i) {
    canvases_.Fill(tiles[i], {38, 129, 127});
    discs.push_back(WriteInitials(tiles[i], kNames[i % kNames.size()]));
    WriteName(tiles[i], kNames[i % kNames.size()]);
  }
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike(tiles);
  ExpectAlike(discs);
}

TEST_F(ComposeTest, KeepsWhatAnEarlierPassDrew) {
  const auto tiles = GridLayout(9, kCanvasSize);
  ClearWall();
  for (size_t i = 0; i < tiles.size(); ++i) DrawPerson(tiles[i], i);
  canvases_.Finish();
  // Everybody in turn moves; the others stay as they are.
  for (size_t pass = 0; pass < 12; ++pass) {
    const size_t moved = pass * 4 % tiles.size();
    const PixelRect plate = DrawPerson(tiles[moved], moved + pass);
    canvases_.Finish();
    canvases_.Look();
    ExpectAlike(tiles);
    ExpectAlike({plate, Everything()});
  }
}

TEST_F(ComposeTest, LeavesNothingOfATileThatMovedOrWent) {
  ClearWall();
  DrawPerson({200, 100, 640, 360}, 0);
  canvases_.Finish();
  canvases_.Look();
  ClearWall();
  DrawPerson({500, 300, 320, 180}, 0);
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike({{200, 100, 300, 360}, {500, 300, 320, 180}, {200, 100, 640, 200}, Everything()});
  ClearWall();
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike({{500, 300, 320, 180}, Everything()});
}

TEST_F(ComposeTest, PutsTheLaterTileOnTop) {
  ClearWall();
  DrawPerson({0, 0, 1280, 720}, 0);
  DrawPerson({900, 480, 320, 180}, 1);
  DrawPerson({1000, 520, 160, 90}, 3);
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike({{900, 480, 320, 180}, {1000, 520, 160, 90}, Everything()});
}

// Text is rendered anew for every change, sometimes where the old one was in memory.
TEST_F(ComposeTest, WritesTheNameThatIsGivenAndNotAnOlderOne) {
  const PixelRect tile{0, 0, 640, 360};
  ClearWall();
  for (int i = 0; i < 150; ++i) {
    const PixelRect plate = [&] {
      canvases_.Draw(tile, ShotOf(0), kBars);
      return WriteName(tile, "Person " + std::to_string(1000 + i));
    }();
    canvases_.Finish();
    if (i % 10 != 0 && i < 100) continue;
    canvases_.Look();
    ASSERT_TRUE(canvases_.Alike(plate)) << i;
  }
}

TEST_F(ComposeTest, BlendsOverlaysOnOverlays) {
  ClearWall();
  canvases_.Draw({0, 0, 640, 360}, ShotOf(0), kBars);
  const PixelRect disc = WriteInitials({0, 0, 640, 360}, "Ada Lovelace");
  const PixelRect plate = WriteName({0, 0, 640, 360}, "Ada Lovelace");
  const PixelRect over = WriteName({0, 0, 640, 360}, "Ada");
  canvases_.Finish();
  canvases_.Look();
  ExpectAlike({disc, plate, over, {0, 0, 640, 360}});
}

TEST_F(ComposeTest, ScalesTheCanvasForEveryRendition) {
  const auto tiles = GridLayout(4, kCanvasSize);
  ClearWall();
  std::vector<PixelRect> plates;
  for (size_t i = 0; i < tiles.size(); ++i) plates.push_back(DrawPerson(tiles[i], i));
  canvases_.Finish();
  for (int pass = 0; pass < 2; ++pass) {
    for (const PixelSize size :
         {PixelSize{640, 360}, PixelSize{320, 180}, PixelSize{426, 240}, PixelSize{1280, 720}}) {
      canvases_.Look(size);
      const auto scaled = GridLayout(4, {size.width / 4 * 4, size.height / 4 * 4});
      for (const PixelRect tile : scaled) {
        EXPECT_TRUE(canvases_.Alike(tile)) << size.width << 'x' << size.height;
      }
    }
    // The smaller ones follow what is drawn.
    DrawPerson(tiles[2], 4);
    canvases_.Finish();
  }
}

TEST_F(ComposeTest, RefusesSizesThatTheCanvasDoesNotHave) {
  auto compositor = DeviceUnderTest().CreateCompositor({640, 360}).value();
  ASSERT_TRUE(compositor->Finish());
  for (const PixelSize size : {PixelSize{642, 360}, PixelSize{321, 180}, PixelSize{0, 0}}) {
    const auto canvas = compositor->Canvas(size);
    ASSERT_FALSE(canvas);
    EXPECT_EQ(canvas.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(compositor->Canvas({320, 180})) << "and is none the worse for it";
}

TEST_F(ComposeTest, RefusesACanvasThatNoRoomHas) {
  for (const PixelSize size : {PixelSize{0, 720}, PixelSize{1279, 720}, PixelSize{1 << 20, 720}}) {
    EXPECT_FALSE(DeviceUnderTest().CreateCompositor(size));
  }
}

TEST(Compose, DrawsSeveralCanvasesAtOnce) {
  Camera camera(DeviceUnderTest(), VideoCodec::kH264, {640, 360});
  TwoCanvases large(DeviceUnderTest(), {1280, 720});
  TwoCanvases small(DeviceUnderTest(), {426, 240});
  for (int i = 0; i < 3; ++i) {
    const Shot shot = camera.Next();
    large.Draw({0, 0, 1280, 720}, shot, kBars);
    small.Draw({0, 0, 426, 240}, shot, kBars);
    small.Finish();
    large.Finish();
    large.Look();
    small.Look();
    EXPECT_TRUE(large.Alike({0, 0, 1280, 720}));
    EXPECT_TRUE(small.Alike({0, 0, 426, 240}));
  }
}

}  // namespace
}  // namespace continuo
