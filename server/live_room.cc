// SPDX-License-Identifier: Apache-2.0
#include "server/live_room.h"

#include <utility>

namespace continuo {

LiveRoom::LiveRoom(ControlLoop& loop, RoomMixer::Options mixer, DeviceTable& devices,
                   const std::vector<EdgeShard*>& shards, MixerTotals& totals, MixerReaper& reaper,
                   Room room)
    : loop_(loop),
      mixer_options_(std::move(mixer)),
      devices_(devices),
      shards_(shards),
      totals_(totals),
      reaper_(reaper),
      room_(std::move(room)) {}

LiveRoom::~LiveRoom() = default;

RoomView LiveRoom::View() const {
  RoomView view;
  view.name = room_.name();
  view.created_unix_seconds = room_.created_unix_seconds();
  for (const Member& member : room_.members()) {
    view.participants.push_back({member.id, member.name, member.rendition.rung,
                                 member.rendition.codec, member.audio.sends, member.video.sends,
                                 member.joined_unix_seconds});
  }
  view.tiles = room_.scene().tiles;
  view.mixer_running = mixer_ && mixer_->running();
  view.engine.failure = placement_.failure;
  if (mixer_) view.engine = mixer_->View();
  return view;
}

void LiveRoom::Join(Member member) {
  room_.Join(std::move(member));
  Changed();
}

void LiveRoom::Leave(ParticipantId participant) {
  if (room_.Leave(participant)) Changed();
}

void LiveRoom::Move(DevicePreference preference) {
  if (!mixer_) {
    placement_ = {std::move(preference), {}};
    return;
  }
  mixer_->Move(std::move(preference));
  Notify(Conference::RoomEvent::kChanged);
}

void LiveRoom::ReplaceMixer() {
  if (mixer_) mixer_->Kill();
}

void LiveRoom::Changed() {
  if (room_.members().empty()) {
    mixer_.reset();
  } else {
    RoomMixerObserver& self = *this;
    if (!mixer_) {
      mixer_ = std::make_unique<RoomMixer>(loop_, mixer_options_, devices_, placement_, self,
                                           totals_, reaper_);
    }
    mixer_->SetScene(room_.scene());
  }
  Notify(Conference::RoomEvent::kChanged);
}

void LiveRoom::Notify(Conference::RoomEvent event) {
  const RoomView view = View();
  const auto watchers = watchers_;
  for (const auto& [id, watcher] : watchers) {
    if (watchers_.contains(id)) watcher(event, view);
  }
}

void LiveRoom::OnLink(const std::shared_ptr<LinkMemory>& link) {
  for (EdgeShard* shard : shards_) shard->SetLink(room_.id(), link);
}

void LiveRoom::OnSenderKeyFrameWanted(ParticipantId participant) {
  const Member* member = room_.Find(participant);
  if (member == nullptr) return;  // a mixer may name whom it likes
  shards_[member->shard.value()]->RequestKeyFrame(participant);
}

void LiveRoom::OnDeviceLost() { Notify(Conference::RoomEvent::kChanged); }

}  // namespace continuo
