// SPDX-License-Identifier: Apache-2.0
// The mixer's own Composer draws the same Scenes on the device and on the CPU.
#include "mcu/video/composer.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "mcu/scene/layout.h"
#include "tests/conformance/support/camera.h"
#include "tests/conformance/support/device_under_test.h"
#include "tests/conformance/support/picture_match.h"

namespace continuo {
namespace {

constexpr PixelRect kWholeCanvas{0, 0, 1280, 720};

Timestamp StoppedClock() { return {}; }

ParticipantId Person(int number) { return ParticipantId(static_cast<uint32_t>(number)); }

// One room, drawn twice.
class ComposerScenes : public testing::Test {
 protected:
  static std::unique_ptr<Composer> MakeComposer(Device& device, ComposerProbe& probe) {
    return Composer::Create([&](PixelSize size) { return device.CreateCompositor(size); }, probe,
                            StoppedClock)
        .value();
  }

  void SetScene(const Scene& scene) {
    scene_ = scene;
    on_device_->SetScene(scene);
    in_memory_->SetScene(scene);
  }
  // The next picture of somebody's camera, which is made when it is first asked for.
  void Show(int person) {
    constexpr std::array<PixelSize, 5> kSizes{
        PixelSize{640, 360}, {640, 480}, {320, 180}, {360, 640}, {426, 240}};
    auto& camera = cameras_[person];
    if (camera == nullptr) {
      camera = std::make_unique<Camera>(DeviceUnderTest(), VideoCodec::kH264,
                                        kSizes[static_cast<size_t>(person) % kSizes.size()],
                                        1 + 30 * person);
    }
    Shot shot = camera->Next();
    on_device_->SetPicture(Person(person), std::move(shot.on_device));
    in_memory_->SetPicture(Person(person), std::move(shot.in_memory));
  }
  void Compose() {
    now_ += TimeDelta::Millis(40);
    EXPECT_EQ(on_device_->Compose(now_), in_memory_->Compose(now_));
    EXPECT_EQ(probe_.passes_failed.value(), 0u);
  }
  // Every tile of the scene, and what is between them.
  void ExpectAlike() {
    const auto canvas = on_device_->canvas().Canvas(kCanvasSize);
    ASSERT_TRUE(canvas) << ToString(canvas.error());
    EXPECT_TRUE(IsOn(DeviceUnderTest(), *canvas));
    const TestPicture seen = InMemory(DeviceUnderTest(), *canvas);
    const I420View expected = in_memory_->canvas().Canvas(kCanvasSize).value().memory();
    for (const Tile& tile : scene_.tiles) {
      EXPECT_TRUE(LookAlike(expected, seen.view(), tile.rect)) << "of " << tile.name;
    }
    EXPECT_TRUE(LookAlike(expected, seen.view(), kWholeCanvas));
  }

  ComposerProbe probe_;
  ComposerProbe reference_probe_;
  std::map<int, std::unique_ptr<Camera>> cameras_;
  const std::unique_ptr<Device> cpu_ = CreateCpuDevice();
  const std::unique_ptr<Composer> on_device_ = MakeComposer(DeviceUnderTest(), probe_);
  const std::unique_ptr<Composer> in_memory_ = MakeComposer(*cpu_, reference_probe_);
  Scene scene_;
  Timestamp now_;
};

Scene SceneOf(int people) {
  Scene scene;
  const auto rects = GridLayout(people, kCanvasSize);
  for (int i = 0; i < people; ++i) {
    scene.tiles.push_back({.participant = Person(i + 1),
                           .name = "Élise " + std::to_string(i + 1),
                           .rect = rects[static_cast<size_t>(i)],
                           .camera = CameraState::kOn});
  }
  return scene;
}

TEST_F(ComposerScenes, PeopleArriveAndTheirPicturesAfterThem) {
  for (int people = 1; people <= 5; ++people) {
    SetScene(SceneOf(people));
    Compose();
    ExpectAlike();
    for (int person = 1; person <= people; ++person) Show(person);
    Compose();
    ExpectAlike();
  }
}

TEST_F(ComposerScenes, PeopleLeaveAndNothingOfThemStays) {
  SetScene(SceneOf(9));
  for (int person = 1; person <= 9; ++person) Show(person);
  Compose();
  ExpectAlike();
  for (const int people : {6, 4, 2, 1, 0}) {
    SetScene(SceneOf(people));
    Compose();
    ExpectAlike();
  }
}

TEST_F(ComposerScenes, ACameraGoesOffAndComesBack) {
  Scene scene = SceneOf(4);
  SetScene(scene);
  for (int person = 1; person <= 4; ++person) Show(person);
  Compose();
  scene.tiles[2].camera = CameraState::kOff;
  SetScene(scene);
  Compose();
  ExpectAlike();
  scene.tiles[2].camera = CameraState::kOn;
  scene.tiles[1].name = "Somebody else";
  SetScene(scene);
  Show(3);
  Compose();
  ExpectAlike();
}

TEST_F(ComposerScenes, AnHourOfAnyRoom) {
  Prng prng(5);
  const auto random = [&](int n) { return static_cast<int>(prng.Unit() * n); };
  for (int step = 0; step < 48; ++step) {
    if (step % 8 == 0) {
      Scene scene = SceneOf(1 + random(10));
      for (Tile& tile : scene.tiles) {
        if (random(5) == 0) tile.camera = CameraState::kOff;
        if (random(5) == 0) tile.name = "Renamed at " + std::to_string(step);
      }
      if (random(2) == 0) {
        scene.tiles.push_back({.participant = Person(20),
                               .name = "In front",
                               .rect = {random(400) * 2, random(200) * 2, 320, 180},
                               .camera = CameraState::kOn});
      }
      SetScene(scene);
    }
    for (int shown = random(4); shown > 0; --shown) {
      const int tile = random(static_cast<int>(scene_.tiles.size()));
      Show(static_cast<int>(scene_.tiles[static_cast<size_t>(tile)].participant.value()));
    }
    Compose();
    if (step % 4 == 3) ExpectAlike();
    if (HasFailure()) FAIL() << "at step " << step;
  }
}

}  // namespace
}  // namespace continuo
