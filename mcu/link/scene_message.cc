// SPDX-License-Identifier: Apache-2.0
#include "mcu/link/scene_message.h"

#include "mcu/link/link.pb.h"

namespace continuo {
namespace {

bool IsDrawable(const PixelRect& rect) {
  const bool even = (rect.x | rect.y | rect.width | rect.height) % 2 == 0;
  return even && rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0 &&
         rect.width <= kCanvasSize.width - rect.x && rect.height <= kCanvasSize.height - rect.y;
}

}  // namespace

std::string SerializeScene(const Scene& scene) {
  link::SceneMessage message;
  message.set_version(scene.version);
  for (const Tile& tile : scene.tiles) {
    auto* out = message.add_tiles();
    out->set_participant(tile.participant.value());
    out->set_name(tile.name);
    out->set_x(tile.rect.x);
    out->set_y(tile.rect.y);
    out->set_width(tile.rect.width);
    out->set_height(tile.rect.height);
    out->set_camera_off(tile.camera == CameraState::kOff);
  }
  for (const Voice& voice : scene.voices) {
    auto* out = message.add_voices();
    out->set_participant(voice.participant.value());
    out->set_shard(voice.shard.value());
    out->set_rung(static_cast<uint32_t>(voice.rung));
    out->set_sends_audio(voice.sends_audio);
    out->set_sends_video(voice.sends_video);
  }
  message.set_renditions(scene.renditions.to_ullong());
  message.set_audio_rungs(scene.audio_rungs.to_ullong());
  message.set_shard_count(scene.shard_count);
  return message.SerializeAsString();
}

std::optional<Scene> ParseScene(std::string_view bytes) {
  link::SceneMessage message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  if (message.tiles_size() > kMaxSceneEntries || message.voices_size() > kMaxSceneEntries) {
    return std::nullopt;
  }
  Scene scene;
  scene.version = message.version();
  for (const auto& tile : message.tiles()) {
    scene.tiles.push_back({ParticipantId(tile.participant()),
                           tile.name(),
                           {tile.x(), tile.y(), tile.width(), tile.height()},
                           tile.camera_off() ? CameraState::kOff : CameraState::kOn});
    if (!IsDrawable(scene.tiles.back().rect)) return std::nullopt;
  }
  for (const auto& voice : message.voices()) {
    if (voice.rung() >= kRungCount || voice.shard() >= message.shard_count()) return std::nullopt;
    scene.voices.push_back(
        {ParticipantId(voice.participant()), ShardIndex(static_cast<uint8_t>(voice.shard())),
         static_cast<Rung>(voice.rung()), voice.sends_audio(), voice.sends_video()});
  }
  scene.renditions = decltype(scene.renditions)(message.renditions());
  scene.audio_rungs = decltype(scene.audio_rungs)(message.audio_rungs());
  scene.shard_count = static_cast<uint8_t>(message.shard_count());
  return scene;
}

}  // namespace continuo
