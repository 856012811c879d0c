// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "mcu/scene/scene.h"
#include "media/rendition.h"

namespace continuo {

// Which way an endpoint's audio or video flows, as its session negotiated it.
struct Flow {
  bool sends = false;     // from the endpoint to us
  bool receives = false;  // from us to the endpoint
  friend bool operator==(Flow, Flow) = default;
};

// One connected participant, as the room knows it.
struct Member {
  ParticipantId id;
  std::string name;
  ShardIndex shard;
  VideoRendition rendition;
  Flow audio;
  Flow video;
  int64_t joined_unix_seconds = 0;
};

// Who is in a room, and the Scene that follows from it. Pure bookkeeping on the control thread:
// knows no socket, no codec and no process. Who sits where is a function of the members alone:
// whoever sends anything has a tile, in the order of joining, and keeps its place while it stays.
class Room {
 public:
  Room(RoomId id, std::string name, uint8_t shard_count, int64_t created_unix_seconds);

  RoomId id() const { return id_; }
  const std::string& name() const { return name_; }
  int64_t created_unix_seconds() const { return created_unix_seconds_; }
  const std::vector<Member>& members() const { return members_; }  // by time of joining
  const Member* Find(ParticipantId id) const;
  // What the mixer has to draw and mix now. A new version after every change.
  const Scene& scene() const { return scene_; }

  void Join(Member member);
  // False when nobody of that id is here.
  bool Leave(ParticipantId id);

 private:
  RoomId id_;
  std::string name_;
  int64_t created_unix_seconds_;
  std::vector<Member> members_;
  Scene scene_;
};

// The Scene of these members; `version` and `shard_count` are copied into it.
Scene MakeScene(const std::vector<Member>& members, uint64_t version, uint8_t shard_count);

// A room's resource id: 1 to 40 of a-z, 0-9 and inner hyphens, as in AIP-122.
bool IsValidRoomName(std::string_view name);

}  // namespace continuo
