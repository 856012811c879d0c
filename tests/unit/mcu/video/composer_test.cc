// SPDX-License-Identifier: Apache-2.0
#include "mcu/video/composer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/device.h"
#include "mcu/scene/layout.h"
#include "tests/unit/mcu/video/solid_frame.h"

namespace continuo {
namespace {

constexpr YuvColor kRed{63, 102, 240};
constexpr YuvColor kGreen{173, 42, 26};
constexpr YuvColor kBlue{32, 240, 118};
constexpr YuvColor kColors[] = {kRed,           kGreen,         kBlue,
                                {219, 16, 138}, {188, 154, 16}, {78, 214, 230}};

Timestamp StoppedClock() { return {}; }

ParticipantId Person(int n) { return ParticipantId(static_cast<uint32_t>(n)); }

Scene SceneOf(int people) {
  Scene scene;
  const auto rects = GridLayout(people, kCanvasSize);
  for (int i = 0; i < people && i < kMaxTiles; ++i) {
    scene.tiles.push_back({.participant = Person(i + 1),
                           .name = "Person " + std::to_string(i + 1),
                           .rect = rects[static_cast<size_t>(i)],
                           .camera = CameraState::kOn});
  }
  return scene;
}

YuvColor ColorAt(const I420View& picture, int x, int y) {
  return {picture.planes[0][y * picture.strides[0] + x],
          picture.planes[1][y / 2 * picture.strides[1] + x / 2],
          picture.planes[2][y / 2 * picture.strides[2] + x / 2]};
}

I420View Shown(Composer& composer) {
  return composer.canvas().Canvas(kCanvasSize).value().memory();
}

// What is seen of a tile's picture above its name plate: the colour of a point near the top.
YuvColor ColorNearTopOf(Composer& composer, PixelRect tile) {
  return ColorAt(Shown(composer), tile.x + tile.width / 2, tile.y + tile.height / 8);
}

std::vector<uint8_t> Bytes(const I420View& picture) {
  std::vector<uint8_t> bytes;
  for (size_t plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    for (int y = 0; y < picture.size.height >> shift; ++y) {
      const uint8_t* row = picture.planes[plane] + y * picture.strides[plane];
      bytes.insert(bytes.end(), row, row + (picture.size.width >> shift));
    }
  }
  return bytes;
}

class ComposerTest : public testing::Test {
 protected:
  static std::unique_ptr<Composer> MakeComposer(ComposerProbe& probe) {
    return Composer::Create(CpuCompositor::Create, probe, StoppedClock).value();
  }
  void Show(int person, YuvColor color, PixelSize size = {640, 360}) {
    composer_->SetPicture(Person(person), SolidFrame::Make(size, color));
  }
  bool Compose() { return composer_->Compose(now_ += TimeDelta::Millis(40)); }
  std::vector<uint8_t> Canvas() { return Bytes(Shown(*composer_)); }

  ComposerProbe probe_;
  Timestamp now_;
  std::unique_ptr<Composer> composer_ = MakeComposer(probe_);
};

TEST_F(ComposerTest, ShowsEveryPersonInTheirOwnTile) {
  const Scene scene = SceneOf(6);
  composer_->SetScene(scene);
  for (int i = 0; i < 6; ++i) Show(i + 1, kColors[i]);
  EXPECT_TRUE(Compose());
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(ColorNearTopOf(*composer_, scene.tiles[i].rect), kColors[i]) << "person " << i + 1;
  }
}

TEST_F(ComposerTest, KeepsTheShapeOfAPicture) {
  const Scene scene = SceneOf(9);
  composer_->SetScene(scene);
  Show(5, kRed, {640, 480});
  Compose();
  const PixelRect tile = scene.tiles[4].rect;
  const int row = tile.y + tile.height / 8;
  EXPECT_NE(ColorAt(Shown(*composer_), tile.x + 51, row), kRed);
  EXPECT_EQ(ColorAt(Shown(*composer_), tile.x + 52, row), kRed);
  EXPECT_EQ(ColorAt(Shown(*composer_), tile.x + 371, row), kRed);
  EXPECT_NE(ColorAt(Shown(*composer_), tile.x + 372, row), kRed);
}

TEST_F(ComposerTest, WritesTheNameOnThePicture) {
  Scene scene = SceneOf(1);
  scene.tiles[0].name = "";
  composer_->SetScene(scene);
  Show(1, kRed);
  Compose();
  const auto without_name = Canvas();
  scene.tiles[0].name = "Hélène Dupré";
  composer_->SetScene(scene);
  EXPECT_TRUE(Compose());
  const auto with_name = Canvas();
  // Only the lower left changed.
  size_t changed = 0;
  for (int y = 0; y < 720; ++y) {
    for (int x = 0; x < 1280; ++x) {
      const size_t i = static_cast<size_t>(y * 1280 + x);
      if (with_name[i] == without_name[i]) continue;
      ++changed;
      EXPECT_TRUE(x < 640 && y > 600) << x << ',' << y;
    }
  }
  EXPECT_GT(changed, 5000U);
}

TEST_F(ComposerTest, ShowsInitialsUntilThereIsAPicture) {
  const Scene scene = SceneOf(2);
  composer_->SetScene(scene);
  EXPECT_TRUE(Compose());
  const PixelRect tile = scene.tiles[1].rect;
  const YuvColor edge = ColorAt(Shown(*composer_), tile.x + 4, tile.y + 4);
  const YuvColor disc = ColorAt(Shown(*composer_), tile.x + tile.width / 2,
                                tile.y + tile.height / 2 - tile.height / 5);
  EXPECT_LT(edge.y, 60) << "dark";
  EXPECT_NE(disc, edge);
  Show(2, kGreen);
  Compose();
  EXPECT_EQ(ColorAt(Shown(*composer_), tile.x + 4, tile.y + 4), kGreen);
}

TEST_F(ComposerTest, NeverShowsAPersonWhoseCameraIsOff) {
  Scene scene = SceneOf(2);
  composer_->SetScene(scene);
  int freed = 0;
  composer_->SetPicture(Person(1), SolidFrame::Make({640, 360}, kRed, {}, &freed));
  Compose();
  scene.tiles[0].camera = CameraState::kOff;
  composer_->SetScene(scene);
  EXPECT_EQ(freed, 1) << "the last picture is gone at once";
  composer_->SetPicture(Person(1), SolidFrame::Make({640, 360}, kRed, {}, &freed));
  EXPECT_EQ(freed, 2);
  Compose();
  EXPECT_NE(ColorNearTopOf(*composer_, scene.tiles[0].rect), kRed);
  scene.tiles[0].camera = CameraState::kOn;
  composer_->SetScene(scene);
  Compose();
  EXPECT_NE(ColorNearTopOf(*composer_, scene.tiles[0].rect), kRed) << "not before a new picture";
}

TEST_F(ComposerTest, LatchesTheNewestPictureAndFreesTheOthers) {
  composer_->SetScene(SceneOf(1));
  int freed = 0;
  for (const YuvColor color : {kRed, kGreen, kBlue}) {
    composer_->SetPicture(Person(1), SolidFrame::Make({640, 360}, color, {}, &freed));
  }
  EXPECT_EQ(freed, 2);
  EXPECT_EQ(probe_.pictures_replaced.value(), 2U);
  Compose();
  EXPECT_EQ(ColorAt(Shown(*composer_), 640, 100), kBlue);
  composer_->SetScene(Scene{});
  EXPECT_EQ(freed, 3) << "who left keeps nothing here";
}

TEST_F(ComposerTest, DrawsOnlyWhatChanged) {
  composer_->SetScene(SceneOf(9));
  for (int i = 1; i <= 9; ++i) Show(i, kRed);
  EXPECT_TRUE(Compose());
  EXPECT_EQ(probe_.tiles_scaled.value(), 9U);
  const uint64_t version = composer_->canvas_version();
  EXPECT_FALSE(Compose());
  EXPECT_EQ(composer_->canvas_version(), version);
  Show(4, kGreen);
  EXPECT_TRUE(Compose());
  EXPECT_EQ(probe_.tiles_scaled.value(), 10U);
  EXPECT_GT(composer_->canvas_version(), version);
  composer_->SetScene(SceneOf(9));
  EXPECT_FALSE(Compose()) << "the same scene again changes nothing";
}

TEST_F(ComposerTest, MovesAPictureWithItsTile) {
  composer_->SetScene(SceneOf(2));
  Show(1, kRed);
  Show(2, kGreen);
  Compose();
  Scene swapped = SceneOf(2);
  std::swap(swapped.tiles[0].participant, swapped.tiles[1].participant);
  composer_->SetScene(swapped);
  EXPECT_TRUE(Compose());
  EXPECT_EQ(ColorNearTopOf(*composer_, swapped.tiles[0].rect), kGreen);
  EXPECT_EQ(ColorNearTopOf(*composer_, swapped.tiles[1].rect), kRed);

  composer_->SetScene(SceneOf(1));
  EXPECT_TRUE(Compose());
  EXPECT_EQ(ColorAt(Shown(*composer_), 640, 100), kRed);
}

TEST_F(ComposerTest, LeavesNothingOfWhoLeft) {
  composer_->SetScene(SceneOf(4));
  for (int i = 1; i <= 4; ++i) Show(i, kRed);
  Compose();
  composer_->SetScene(Scene{});
  EXPECT_TRUE(Compose());
  const auto canvas = Canvas();
  EXPECT_TRUE(std::all_of(canvas.begin(), canvas.begin() + 1280 * 720,
                          [&](uint8_t luma) { return luma == canvas[0] && luma < 30; }));
}

TEST_F(ComposerTest, DrawnStepByStepIsTheSameAsDrawnAtOnce) {
  Prng prng(7);
  const auto random = [&](int n) { return static_cast<int>(prng.Unit() * n); };
  constexpr PixelSize kSizes[] = {{640, 480}, {640, 360}, {1280, 720}, {360, 640}, {353, 287}};
  struct LastPicture {
    PixelSize size;
    YuvColor color;
  };
  std::vector<std::optional<LastPicture>> last(26);
  Scene scene;
  for (int step = 0; step < 60; ++step) {
    if (step % 6 == 0) {
      scene = SceneOf(1 + random(12));
      for (Tile& tile : scene.tiles) {
        if (random(4) == 0) tile.name = "Renamed " + std::to_string(step);
        if (random(5) == 0) tile.camera = CameraState::kOff;
      }
      // One on top of the others.
      if (random(2) == 0) {
        scene.tiles.push_back({.participant = Person(20),
                               .name = "On top",
                               .rect = {random(400) * 2, random(200) * 2, 320, 180},
                               .camera = CameraState::kOn});
      }
      composer_->SetScene(scene);
      for (int person = 1; person <= 25; ++person) {
        const auto seen = std::find_if(scene.tiles.begin(), scene.tiles.end(), [&](const Tile& t) {
          return t.participant == Person(person) && t.camera == CameraState::kOn;
        });
        if (seen == scene.tiles.end()) last[static_cast<size_t>(person)].reset();
      }
    }
    for (int i = random(4); i > 0; --i) {
      const Tile& tile =
          scene.tiles[static_cast<size_t>(random(static_cast<int>(scene.tiles.size())))];
      const LastPicture picture{kSizes[random(5)], kColors[random(6)]};
      composer_->SetPicture(tile.participant, SolidFrame::Make(picture.size, picture.color));
      if (tile.camera == CameraState::kOn) last[tile.participant.value()] = picture;
    }
    Compose();

    ComposerProbe probe;
    const auto at_once = MakeComposer(probe);
    at_once->SetScene(scene);
    for (size_t person = 0; person < last.size(); ++person) {
      if (!last[person]) continue;
      at_once->SetPicture(ParticipantId(static_cast<uint32_t>(person)),
                          SolidFrame::Make(last[person]->size, last[person]->color));
    }
    at_once->Compose(now_);
    ASSERT_EQ(Canvas(), Bytes(Shown(*at_once))) << "step " << step;
  }
}

TEST_F(ComposerTest, RefusesTilesThatCannotBeDrawn) {
  Scene scene = SceneOf(1);
  for (const PixelRect rect :
       {PixelRect{0, 0, 1282, 720}, PixelRect{-2, 0, 100, 100}, PixelRect{1, 0, 100, 100},
        PixelRect{0, 0, 0, 100}, PixelRect{1278, 700, 4, 20}, PixelRect{2147483640, 0, 100, 100}}) {
    scene.tiles.push_back({.participant = Person(9), .name = "Nobody", .rect = rect});
  }
  composer_->SetScene(scene);
  EXPECT_EQ(probe_.tiles_rejected.value(), 6U);
  Show(1, kRed);
  EXPECT_TRUE(Compose());
  EXPECT_EQ(ColorAt(Shown(*composer_), 640, 100), kRed);

  Scene crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.tiles.push_back(
        {.participant = Person(i + 1), .name = "One of many", .rect = {0, 0, 64, 36}});
  }
  composer_->SetScene(crowd);
  EXPECT_EQ(probe_.tiles_rejected.value(), 6U + 75U);
  EXPECT_TRUE(Compose());
}

TEST_F(ComposerTest, CountsPicturesOfStrangers) {
  composer_->SetScene(SceneOf(1));
  Show(7, kRed);
  EXPECT_EQ(probe_.pictures_unseen.value(), 1U);
  Compose();
  EXPECT_NE(ColorAt(Shown(*composer_), 640, 100), kRed);
}

TEST_F(ComposerTest, SaysHowOldAPictureWasWhenItWasDrawn) {
  composer_->SetScene(SceneOf(1));
  composer_->SetPicture(Person(1), SolidFrame::Make({640, 360}, kRed, Timestamp::Millis(1000)));
  composer_->Compose(Timestamp::Millis(1007));
  composer_->Compose(Timestamp::Millis(1047));
  EXPECT_EQ(probe_.picture_age.sum(), TimeDelta::Millis(7));
}

// A device's compositor, until it is lost: noticed by itself, or by somebody else.
class DeviceCompositor final : public Compositor {
 public:
  struct Fate {
    bool fails = false;
    bool is_lost = false;
  };
  explicit DeviceCompositor(const Fate& fate) : fate_(fate) {}

  PixelSize size() const override { return cpu_->size(); }
  bool CanDraw(const PictureView&) const override { return true; }
  void Fill(PixelRect rect, YuvColor color) override { cpu_->Fill(rect, color); }
  void DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) override {
    cpu_->DrawPicture(tile, picture.surface() == nullptr ? picture : PictureView(), bars);
  }
  void Blend(PixelPoint at, const Overlay& overlay) override { cpu_->Blend(at, overlay); }
  Status Finish() override {
    if (!fate_.fails) return {};
    return Fail(ErrorCode::kDeviceFailed, "lost");
  }
  Result<PictureView> Canvas(PixelSize size) override { return cpu_->Canvas(size); }
  bool lost() const override { return fate_.is_lost; }

 private:
  const Fate& fate_;
  std::unique_ptr<CpuCompositor> cpu_ = CpuCompositor::Create(kCanvasSize).value();
};

class LostDeviceTest : public ComposerTest {
 protected:
  LostDeviceTest() {
    composer_ = Composer::Create(
                    [this](PixelSize canvas) -> Result<std::unique_ptr<Compositor>> {
                      if (made_++ == 0) return std::make_unique<DeviceCompositor>(fate_);
                      return CpuCompositor::Create(canvas);
                    },
                    probe_, StoppedClock)
                    .value();
    composer_->SetScene(SceneOf(2));
    Show(1, kRed);
    Show(2, kBlue);
    Compose();
  }
  // A picture that only the device can read.
  void ShowFromDevice(int person) {
    composer_->SetPicture(Person(person),
                          std::make_unique<VideoFrame>(PictureView({640, 360}, surface_), 0,
                                                       Timestamp(), nullptr, [](void*) {}));
  }

  DeviceCompositor::Fate fate_;
  int made_ = 0;
  const std::unique_ptr<Device> device_ = CreateCpuDevice();
  const Surface surface_{*device_};
};

TEST_F(LostDeviceTest, IsFollowedByACanvasDrawnAnewElsewhere) {
  const auto before = Canvas();
  fate_.fails = true;
  Show(1, kRed);
  EXPECT_FALSE(Compose());
  EXPECT_EQ(probe_.passes_failed.value(), 1U);
  EXPECT_TRUE(Compose());
  EXPECT_EQ(made_, 2);
  EXPECT_EQ(Canvas(), before);
}

TEST_F(LostDeviceTest, IsNoticedByWhoeverNoticesFirst) {
  const auto before = Canvas();
  fate_.is_lost = true;
  EXPECT_TRUE(Compose());
  EXPECT_EQ(made_, 2);
  EXPECT_EQ(Canvas(), before);
}

TEST_F(LostDeviceTest, TakesItsPicturesAlong) {
  ShowFromDevice(1);
  fate_.is_lost = true;
  EXPECT_TRUE(Compose());
  EXPECT_EQ(probe_.pictures_stranded.value(), 1U);
  ShowFromDevice(1);
  EXPECT_EQ(probe_.pictures_stranded.value(), 2U) << "one that was still on its way";
  EXPECT_FALSE(Compose());
}

}  // namespace
}  // namespace continuo
