// SPDX-License-Identifier: Apache-2.0
#include "server/conference_service.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/random.h"
#include "transport/session/negotiation.h"

namespace continuo {
namespace {

constexpr size_t kSessionIdBits = 192;

std::string_view ToString(CloseReason reason) {
  switch (reason) {
    case CloseReason::kLocal:
      return "ended here";
    case CloseReason::kPeerLeft:
      return "left";
    case CloseReason::kConsentLost:
      return "gone silent";
    case CloseReason::kHandshakeTimeout:
      return "never connected";
  }
  return "unknown";
}

// A member as negotiated. Which way things flow is seen from the endpoint.
Member MemberFrom(const NegotiatedMedia& media, ParticipantId id, JoinRequest& request,
                  ShardIndex shard) {
  Member member;
  member.id = id;
  member.name = std::move(request.display_name);
  member.shard = shard;
  member.rendition.rung = request.rung;
  if (media.audio) member.audio = {media.audio->receives, media.audio->sends};
  if (media.video) {
    member.video = {media.video->receives, media.video->sends};
    member.rendition.codec = media.video->codec;
  }
  return member;
}

void AddStageRates(const std::string& room, const RoomMixer& mixer,
                   std::vector<LabelledValue>& values) {
  for (size_t stage = 0; stage < kStageCount; ++stage) {
    for (size_t backend = 0; backend < kBackendCount; ++backend) {
      const RoomMixer::StageRate& rate = mixer.rates()[stage][backend];
      if (!rate.ever) continue;
      values.push_back({{{"room", room},
                         {"stage", std::string(ToString(static_cast<Stage>(stage)))},
                         {"backend", std::string(ToString(static_cast<Backend>(backend)))}},
                        static_cast<double>(rate.pictures)});
    }
  }
}

}  // namespace

void ConferenceProbe::Register(MetricRegistry& registry) const {
  registry.AddCounter("continuo_joins_total", "Sessions that were answered.",
                      {{"result", "accepted"}}, joins);
  registry.AddCounter("continuo_joins_total", "Sessions that were answered.",
                      {{"result", "refused"}}, refused_joins);
  registry.AddGauge("continuo_rooms", "Rooms that exist.", {}, rooms);
  registry.AddGauge("continuo_participants", "Participants that are connected.", {}, participants);
}

ConferenceService::ConferenceService(ControlLoop& loop, Options options, RoomStore& store,
                                     DeviceTable& devices, MixerTotals& totals,
                                     ConferenceProbe& probe)
    : loop_(loop),
      options_(std::move(options)),
      store_(store),
      devices_(devices),
      totals_(totals),
      reaper_(loop, totals.unkillable),
      probe_(probe) {}

ConferenceService::~ConferenceService() = default;

Status ConferenceService::LoadRooms() {
  const auto rooms = store_.List();
  if (!rooms) return tl::unexpected(rooms.error());
  for (const StoredRoom& stored : *rooms) AddRoom(stored);
  return {};
}

LiveRoom& ConferenceService::AddRoom(const StoredRoom& stored) {
  const RoomId id(next_room_++);
  Room room(id, stored.name, static_cast<uint8_t>(shards_.size()), stored.created_unix_seconds);
  RoomMixer::Options mixer{options_.mixer_program, static_cast<int>(shards_.size()),
                           options_.device_deadline};
  auto live = std::make_unique<LiveRoom>(loop_, std::move(mixer), devices_, shards_, totals_,
                                         reaper_, std::move(room));
  LiveRoom& result = *live;
  rooms_by_id_[id] = live.get();
  rooms_[stored.name] = std::move(live);
  probe_.rooms.Set(static_cast<int64_t>(rooms_.size()));
  return result;
}

LiveRoom* ConferenceService::FindRoom(std::string_view name) {
  const auto it = rooms_.find(name);
  return it == rooms_.end() ? nullptr : it->second.get();
}

Result<RoomView> ConferenceService::CreateRoom(std::string_view name) {
  if (!IsValidRoomName(name)) {
    return Fail(ErrorCode::kInvalidArgument,
                "a room's name has 1 to 40 of a-z, 0-9 and inner hyphens", std::string(name));
  }
  if (FindRoom(name) != nullptr) {
    return Fail(ErrorCode::kAlreadyExists, "there is a room of that name", std::string(name));
  }
  if (rooms_.size() >= kMaxRooms) {
    return Fail(ErrorCode::kResourceExhausted, "there are too many rooms");
  }
  const StoredRoom stored{std::string(name), UnixSeconds()};
  if (auto inserted = store_.Insert(stored); !inserted) return tl::unexpected(inserted.error());
  LogInfo("room.created", {{"room", name}});
  return AddRoom(stored).View();
}

Result<RoomView> ConferenceService::GetRoom(std::string_view name) {
  const LiveRoom* room = FindRoom(name);
  if (room == nullptr) {
    return Fail(ErrorCode::kNotFound, "there is no such room", std::string(name));
  }
  return room->View();
}

std::vector<RoomView> ConferenceService::ListRooms() {
  std::vector<RoomView> views;
  for (const auto& [name, room] : rooms_) views.push_back(room->View());
  return views;
}

Status ConferenceService::DeleteRoom(std::string_view name) {
  LiveRoom* room = FindRoom(name);
  if (room == nullptr) {
    return Fail(ErrorCode::kNotFound, "there is no such room", std::string(name));
  }
  if (auto removed = store_.Remove(name); !removed) return removed;
  // First the news, and the last of it: or people would take the end of their session for a
  // removal.
  room->Notify(RoomEvent::kDeleted);
  std::erase_if(subscriptions_, [&](const auto& entry) {
    if (entry.second != name) return false;
    room->Unwatch(entry.first);
    return true;
  });
  std::vector<ParticipantId> leaving;
  for (const auto& [id, session] : sessions_) {
    if (session.room == room->room().id()) leaving.push_back(id);
  }
  for (const ParticipantId id : leaving) EndSession(id);
  rooms_by_id_.erase(room->room().id());
  LogInfo("room.deleted", {{"room", name}});
  rooms_.erase(rooms_.find(name));
  probe_.rooms.Set(static_cast<int64_t>(rooms_.size()));
  return {};
}

Result<RoomView> ConferenceService::MoveRoom(std::string_view name, std::string_view device) {
  LiveRoom* room = FindRoom(name);
  if (room == nullptr) {
    return Fail(ErrorCode::kNotFound, "there is no such room", std::string(name));
  }
  auto preference = devices_.Find(device);
  if (!preference) return tl::unexpected(preference.error());
  if (auto usable = devices_.CheckUsable(*preference); !usable) {
    return tl::unexpected(usable.error());
  }
  LogInfo("room.moved", {{"room", name}, {"device", device}});
  room->Move(std::move(*preference));
  return room->View();
}

std::vector<DeviceView> ConferenceService::ListDevices() { return devices_.Views(); }

void ConferenceService::TestDevice(std::string_view id,
                                   std::function<void(Result<DeviceView>)> done) {
  devices_.Test(id, std::move(done));
}

void ConferenceService::RegisterRooms(MetricRegistry& registry) const {
  registry.AddGaugeSet(
      "continuo_room_stage_pictures",
      "Pictures through a stage of a live room in the last second, by where it ran.", [this] {
        std::vector<LabelledValue> values;
        for (const auto& [name, room] : rooms_) {
          if (room->mixer() != nullptr) AddStageRates(name, *room->mixer(), values);
        }
        return values;
      });
  registry.AddGaugeSet("continuo_room_device", "Always 1, for the device that a live room is on.",
                       [this] {
                         std::vector<LabelledValue> values;
                         for (const auto& [name, room] : rooms_) {
                           if (room->mixer() == nullptr) continue;
                           const std::string device = room->mixer()->View().device;
                           values.push_back({{{"room", name}, {"device", device}}, 1});
                         }
                         return values;
                       });
}

Status ConferenceService::RemoveParticipant(std::string_view room_name, ParticipantId participant) {
  const LiveRoom* room = FindRoom(room_name);
  if (room == nullptr) {
    return Fail(ErrorCode::kNotFound, "there is no such room", std::string(room_name));
  }
  if (room->room().Find(participant) == nullptr) {
    return Fail(ErrorCode::kNotFound, "there is no such participant in the room",
                std::to_string(participant.value()));
  }
  EndSession(participant);
  return {};
}

Conference::SubscriptionId ConferenceService::Subscribe(
    std::string_view room_name, std::function<void(RoomEvent, const RoomView&)> on_change) {
  const SubscriptionId id = next_subscription_++;
  if (LiveRoom* room = FindRoom(room_name)) {
    room->Watch(id, std::move(on_change));
    subscriptions_[id] = room_name;
  }
  return id;
}

void ConferenceService::Unsubscribe(SubscriptionId id) {
  const auto node = subscriptions_.extract(id);
  if (node.empty()) return;
  if (LiveRoom* room = FindRoom(node.mapped())) room->Unwatch(id);
}

EdgeShard& ConferenceService::LeastLoadedShard() {
  std::vector<size_t> load(shards_.size());
  for (const auto& [id, session] : sessions_) ++load[session.member.shard.value()];
  return *shards_[static_cast<size_t>(std::ranges::min_element(load) - load.begin())];
}

void ConferenceService::Join(JoinRequest request, std::function<void(Result<JoinAnswer>)> done) {
  const auto refuse = [&](tl::unexpected<Error> error) {
    probe_.refused_joins.Add();
    done(std::move(error));
  };
  const LiveRoom* room = FindRoom(request.room);
  if (room == nullptr) {
    return refuse(Fail(ErrorCode::kNotFound, "there is no such room", request.room));
  }
  if (sessions_.size() >= kMaxSessions) {
    return refuse(Fail(ErrorCode::kResourceExhausted, "the server is full"));
  }
  EdgeShard& shard = LeastLoadedShard();
  const LocalDescription local =
      MakeLocalDescription(shard.index(), options_.dtls_fingerprint, candidates_);
  auto answer = AnswerOffer(request.sdp_offer, local);
  if (!answer) return refuse(tl::unexpected(answer.error()));

  const ParticipantId id(next_participant_++);
  SessionEntry entry;
  entry.secret_id = RandomToken(kSessionIdBits);
  entry.room = room->room().id();
  entry.shard = &shard;
  entry.member = MemberFrom(answer->media, id, request, shard.index());
  JoinAnswer result{id, entry.secret_id, "\"" + RandomToken(64) + "\"", std::move(answer->sdp)};
  OpenSession open{id, entry.room, entry.member.rendition, local, std::move(answer->media)};
  sessions_by_secret_[entry.secret_id] = id;
  sessions_[id] = std::move(entry);

  shard.Open(std::move(open),
             [this, id, result = std::move(result), done = std::move(done)](const Status& opened) {
               if (!opened) {
                 Forget(id);
                 probe_.refused_joins.Add();
                 done(tl::unexpected(opened.error()));
                 return;
               }
               probe_.joins.Add();
               done(result);
             });
}

ConferenceService::SessionEntry* ConferenceService::FindSession(std::string_view session_id) {
  const auto it = sessions_by_secret_.find(session_id);
  if (it == sessions_by_secret_.end()) return nullptr;
  return &sessions_.at(it->second);
}

Status ConferenceService::Leave(std::string_view session_id) {
  const SessionEntry* session = FindSession(session_id);
  if (session == nullptr) return Fail(ErrorCode::kNotFound, "there is no such session");
  EndSession(session->member.id);
  return {};
}

bool ConferenceService::HasSession(std::string_view session_id) {
  return FindSession(session_id) != nullptr;
}

void ConferenceService::PagePresence(std::string_view session_id, bool present) {
  SessionEntry* session = FindSession(session_id);
  if (session == nullptr) return;
  session->pages += present ? 1 : -1;
  if (session->pages <= 0) session->shard->PageGone(session->member.id);
}

void ConferenceService::OnSessionConnected(ParticipantId participant) {
  const auto it = sessions_.find(participant);
  if (it == sessions_.end()) return;  // removed while it was connecting
  SessionEntry& session = it->second;
  session.member.joined_unix_seconds = UnixSeconds();
  LiveRoom& room = *rooms_by_id_.at(session.room);
  LogInfo("participant.joined", {{"room", room.room().name()},
                                 {"participant", participant.value()},
                                 {"name", session.member.name}});
  room.Join(session.member);
  probe_.participants.Add(1);
}

void ConferenceService::OnSessionClosed(ParticipantId participant, CloseReason reason) {
  const auto it = sessions_.find(participant);
  if (it == sessions_.end()) return;
  LogInfo("participant.left", {{"room", rooms_by_id_.at(it->second.room)->room().name()},
                               {"participant", participant.value()},
                               {"reason", ToString(reason)}});
  Forget(participant);
}

void ConferenceService::OnLinkBroken(RoomId room) {
  if (const auto it = rooms_by_id_.find(room); it != rooms_by_id_.end()) {
    it->second->ReplaceMixer();
  }
}

void ConferenceService::EndSession(ParticipantId participant) {
  const auto it = sessions_.find(participant);
  if (it == sessions_.end()) return;
  it->second.shard->Close(participant);
  LogInfo("participant.left", {{"room", rooms_by_id_.at(it->second.room)->room().name()},
                               {"participant", participant.value()},
                               {"reason", ToString(CloseReason::kLocal)}});
  Forget(participant);
}

void ConferenceService::Forget(ParticipantId participant) {
  const auto node = sessions_.extract(participant);
  if (node.empty()) return;
  const SessionEntry& session = node.mapped();
  sessions_by_secret_.erase(session.secret_id);
  const auto room = rooms_by_id_.find(session.room);
  if (room == rooms_by_id_.end()) return;
  if (room->second->room().Find(participant) != nullptr) probe_.participants.Add(-1);
  room->second->Leave(participant);
}

}  // namespace continuo
