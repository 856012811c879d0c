// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/conference.h"
#include "api/control_loop.h"
#include "base/ids.h"
#include "mcu/room/room.h"
#include "server/edge_shard.h"
#include "server/mixer_reaper.h"
#include "server/mixer_totals.h"
#include "server/room_mixer.h"

namespace continuo {

// One room of the conference with what makes it live: its members and Scene (mcu/room), its mixer
// while somebody is in it, and whoever watches it. An empty room has no process and no timer.
// Control thread only.
class LiveRoom final : private RoomMixerObserver {
 public:
  using Watcher = std::function<void(Conference::RoomEvent, const RoomView&)>;

  LiveRoom(ControlLoop& loop, RoomMixer::Options mixer, DeviceTable& devices,
           const std::vector<EdgeShard*>& shards, MixerTotals& totals, MixerReaper& reaper,
           Room room);
  ~LiveRoom() override;

  const Room& room() const { return room_; }
  RoomView View() const;
  // Null while nobody is in the room.
  const RoomMixer* mixer() const { return mixer_.get(); }

  void Join(Member member);
  void Leave(ParticipantId participant);
  // Its pictures are made there from now on.
  void Move(DevicePreference preference);
  // Its mixer is not to be trusted any more.
  void ReplaceMixer();

  void Watch(uint64_t id, Watcher watcher) { watchers_[id] = std::move(watcher); }
  void Unwatch(uint64_t id) { watchers_.erase(id); }
  // Calls every watcher. One of them may unsubscribe itself or others while it is called.
  void Notify(Conference::RoomEvent event);

 private:
  void OnLink(const std::shared_ptr<LinkMemory>& link) override;
  void OnSenderKeyFrameWanted(ParticipantId participant) override;
  void OnDeviceLost() override;
  void Changed();

  ControlLoop& loop_;
  const RoomMixer::Options mixer_options_;
  DeviceTable& devices_;
  RoomMixer::Placement placement_;
  const std::vector<EdgeShard*>& shards_;
  MixerTotals& totals_;
  MixerReaper& reaper_;
  Room room_;
  std::unique_ptr<RoomMixer> mixer_;
  std::map<uint64_t, Watcher> watchers_;
};

}  // namespace continuo
