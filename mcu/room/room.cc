// SPDX-License-Identifier: Apache-2.0
#include "mcu/room/room.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "mcu/scene/layout.h"

namespace continuo {
namespace {

bool HasTile(const Member& member) { return member.audio.sends || member.video.sends; }

}  // namespace

Scene MakeScene(const std::vector<Member>& members, uint64_t version, uint8_t shard_count) {
  Scene scene;
  scene.version = version;
  scene.shard_count = shard_count;
  for (const Member& member : members) {
    scene.voices.push_back(
        {member.id, member.shard, member.rendition.rung, member.audio.sends, member.video.sends});
    if (member.video.receives) {
      scene.renditions.set(static_cast<size_t>(member.rendition.index()));
    }
    if (member.audio.receives) scene.audio_rungs.set(static_cast<size_t>(member.rendition.rung));
    if (HasTile(member) && scene.tiles.size() < static_cast<size_t>(kMaxTiles)) {
      scene.tiles.push_back(
          {member.id, member.name, {}, member.video.sends ? CameraState::kOn : CameraState::kOff});
    }
  }
  const std::vector<PixelRect> rects =
      GridLayout(static_cast<int>(scene.tiles.size()), kCanvasSize);
  CONTINUO_CHECK(rects.size() == scene.tiles.size());
  for (size_t i = 0; i < rects.size(); ++i) scene.tiles[i].rect = rects[i];
  return scene;
}

Room::Room(RoomId id, std::string name, uint8_t shard_count, int64_t created_unix_seconds)
    : id_(id), name_(std::move(name)), created_unix_seconds_(created_unix_seconds) {
  scene_ = MakeScene(members_, 1, shard_count);
}

const Member* Room::Find(ParticipantId id) const {
  const auto it = std::ranges::find(members_, id, &Member::id);
  return it == members_.end() ? nullptr : &*it;
}

void Room::Join(Member member) {
  CONTINUO_CHECK(Find(member.id) == nullptr);
  members_.push_back(std::move(member));
  scene_ = MakeScene(members_, scene_.version + 1, scene_.shard_count);
}

bool Room::Leave(ParticipantId id) {
  if (std::erase_if(members_, [id](const Member& m) { return m.id == id; }) == 0) return false;
  scene_ = MakeScene(members_, scene_.version + 1, scene_.shard_count);
  return true;
}

bool IsValidRoomName(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 40 && plain(name.front()) && plain(name.back()) &&
         std::ranges::all_of(name, [&](char c) { return plain(c) || c == '-'; });
}

}  // namespace continuo
