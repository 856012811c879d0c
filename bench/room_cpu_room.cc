// SPDX-License-Identifier: Apache-2.0
#include "bench/room_cpu_room.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "base/task_runner.h"
#include "hwaccel/engine.h"
#include "mcu/ladder/ladder.h"
#include "mcu/scene/layout.h"
#include "mcu/scene/scene.h"
#include "mcu/video/composer.h"

namespace continuo {
namespace {

constexpr VideoRendition kRendition{VideoCodec::kH264, Rung::kHd};
constexpr std::array kNames{"Ada Lovelace",     "Hélène Dupré", "Grace Hopper",
                            "Łukasz Żółtowski", "Иван Петров",  "Σοφία Παππά",
                            "Joan Clarke",      "José Núñez",   "Zoë Müller"};

Scene SceneOf(size_t people, NamePlateUse names) {
  Scene scene;
  const auto rects = GridLayout(static_cast<int>(people), kCanvasSize);
  for (size_t i = 0; i < people; ++i) {
    const char* const name = names == NamePlateUse::kDrawn ? kNames[i % kNames.size()] : "";
    scene.tiles.push_back(
        {ParticipantId(static_cast<uint32_t>(i + 1)), name, rects[i], CameraState::kOn});
  }
  scene.renditions.set(static_cast<size_t>(kRendition.index()));
  return scene;
}

class Room final : private RenditionSink {
 public:
  static Result<std::unique_ptr<Room>> Create(std::span<const CameraClip> cameras,
                                              NamePlateUse names, const OnRoomFrame& on_frame) {
    std::unique_ptr<Room> room(new Room(cameras, on_frame));
    for (size_t i = 0; i < cameras.size(); ++i) {
      auto decoder = room->engine_.CreateDecoder(VideoCodec::kH264);
      if (!decoder) return tl::unexpected(decoder.error());
      room->decoders_.push_back(std::move(*decoder));
    }
    auto composer = Composer::Create(
        [&engine = room->engine_](PixelSize canvas) { return engine.CreateCompositor(canvas); },
        room->composer_probe_);
    if (!composer) return tl::unexpected(composer.error());
    room->composer_ = std::move(*composer);
    const Scene scene = SceneOf(cameras.size(), names);
    room->composer_->SetScene(scene);
    room->ladder_.SetActive(scene.renditions);
    return room;
  }

  Status Run() {
    for (size_t tick = 0; true; ++tick) {
      const Timestamp now = Timestamp() + TimeDelta::Seconds(1) * static_cast<int64_t>(tick) /
                                              SpecOf(Rung::kHd).frames_per_second;
      for (; FrameTime(next_frame_) <= now; ++next_frame_) {
        for (size_t camera = 0; camera < cameras_.size(); ++camera) {
          if (next_frame_ >= cameras_[camera].frames.size()) return {};
          if (auto decoded = Decode(camera); !decoded) return decoded;
        }
      }
      composer_->Compose(now);
      ladder_.Encode(composer_->canvas(), composer_->canvas_version(), now);
    }
  }

 private:
  Room(std::span<const CameraClip> cameras, const OnRoomFrame& on_frame)
      : cameras_(cameras),
        on_frame_(on_frame),
        ladder_(
            [this](VideoCodec codec, const VideoEncoderConfig& config) {
              return engine_.CreateEncoder(codec, config);
            },
            runner_, *this, ladder_probe_, Timestamp()) {}

  static Timestamp FrameTime(size_t number) {
    return Timestamp() +
           TimeDelta::Seconds(1) * static_cast<int64_t>(number) / kCameraFramesPerSecond;
  }
  Status Decode(size_t camera) {
    auto picture = decoders_[camera]->Decode(cameras_[camera].frames[next_frame_]);
    if (!picture) return tl::unexpected(picture.error());
    composer_->SetPicture(ParticipantId(static_cast<uint32_t>(camera + 1)), std::move(*picture));
    return {};
  }
  void OnRenditionFrame(VideoRendition, const EncodedFrame& frame) override {
    on_frame_(composer_->canvas().Canvas(kCanvasSize)->memory(), frame);
  }

  const std::span<const CameraClip> cameras_;
  const OnRoomFrame& on_frame_;
  size_t next_frame_ = 0;
  Engine engine_;
  std::vector<std::unique_ptr<VideoDecoder>> decoders_;
  ComposerProbe composer_probe_;
  std::unique_ptr<Composer> composer_;
  InlineTaskRunner runner_;
  LadderProbe ladder_probe_;
  Ladder ladder_;
};

}  // namespace

Status RunRoom(std::span<const CameraClip> cameras, NamePlateUse names,
               const OnRoomFrame& on_frame) {
  auto room = Room::Create(cameras, names, on_frame);
  if (!room) return tl::unexpected(room.error());
  return (*room)->Run();
}

}  // namespace continuo
