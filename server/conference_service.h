// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/conference.h"
#include "api/control_loop.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "metrics/counter.h"
#include "metrics/registry.h"
#include "server/device_table.h"
#include "server/edge_shard.h"
#include "server/live_room.h"
#include "server/mixer_reaper.h"
#include "server/mixer_totals.h"
#include "server/room_store.h"

namespace continuo {

// What the control plane counts.
struct ConferenceProbe {
  Counter joins;
  Counter refused_joins;
  Gauge rooms;
  Gauge participants;
  void Register(MetricRegistry& registry) const;
};

// The conference as the control plane sees it: rooms, and sessions by their secret ids. Puts each
// session on a network shard and each live room on a mixer, and hears from both. Implements what
// api/ asks of the server. Control thread only; the shards, the devices and the store outlive it.
class ConferenceService final : public Conference, private ShardObserver {
 public:
  struct Options {
    std::string mixer_program;
    TimeDelta device_deadline = TimeDelta::Millis(300);
    Fingerprint dtls_fingerprint;
  };
  static constexpr size_t kMaxSessions = 1000;
  static constexpr size_t kMaxRooms = 10'000;

  ConferenceService(ControlLoop& loop, Options options, RoomStore& store, DeviceTable& devices,
                    MixerTotals& totals, ConferenceProbe& probe);
  ~ConferenceService() override;

  // The shards report to observer(), so they are started with it and given here before Run().
  ShardObserver& observer() { return *this; }
  // `candidates` are the addresses of media that answers advertise.
  void UseShards(std::vector<EdgeShard*> shards, std::vector<SocketAddress> candidates) {
    shards_ = std::move(shards);
    candidates_ = std::move(candidates);
  }
  // Brings back the rooms of the store.
  Status LoadRooms();
  // What each live room's engine does, until its people have gone. Scraped on the control thread.
  void RegisterRooms(MetricRegistry& registry) const;

  Result<RoomView> CreateRoom(std::string_view name) override;
  Result<RoomView> GetRoom(std::string_view name) override;
  std::vector<RoomView> ListRooms() override;
  Status DeleteRoom(std::string_view name) override;
  Result<RoomView> MoveRoom(std::string_view name, std::string_view device) override;
  std::vector<DeviceView> ListDevices() override;
  void TestDevice(std::string_view id, std::function<void(Result<DeviceView>)> done) override;
  Status RemoveParticipant(std::string_view room, ParticipantId participant) override;
  SubscriptionId Subscribe(std::string_view room,
                           std::function<void(RoomEvent, const RoomView&)> on_change) override;
  void Unsubscribe(SubscriptionId id) override;
  void Join(JoinRequest request, std::function<void(Result<JoinAnswer>)> done) override;
  Status Leave(std::string_view session_id) override;
  bool HasSession(std::string_view session_id) override;
  void PagePresence(std::string_view session_id, bool present) override;

 private:
  // One session from its answer to its end. It becomes a member of its room once connected.
  struct SessionEntry {
    std::string secret_id;
    RoomId room;
    EdgeShard* shard = nullptr;
    Member member;
    int pages = 0;  // event streams open for it
  };

  void OnSessionConnected(ParticipantId participant) override;
  void OnSessionClosed(ParticipantId participant, CloseReason reason) override;
  void OnLinkBroken(RoomId room) override;

  LiveRoom* FindRoom(std::string_view name);
  SessionEntry* FindSession(std::string_view session_id);
  EdgeShard& LeastLoadedShard();
  LiveRoom& AddRoom(const StoredRoom& stored);
  void EndSession(ParticipantId participant);
  void Forget(ParticipantId participant);

  ControlLoop& loop_;
  const Options options_;
  RoomStore& store_;
  DeviceTable& devices_;
  MixerTotals& totals_;
  MixerReaper reaper_;
  ConferenceProbe& probe_;
  std::vector<EdgeShard*> shards_;
  std::vector<SocketAddress> candidates_;

  std::map<std::string, std::unique_ptr<LiveRoom>, std::less<>> rooms_;
  std::unordered_map<RoomId, LiveRoom*> rooms_by_id_;
  std::unordered_map<ParticipantId, SessionEntry> sessions_;
  std::map<std::string, ParticipantId, std::less<>> sessions_by_secret_;
  std::map<SubscriptionId, std::string> subscriptions_;  // to the room's name
  uint32_t next_room_ = 1;
  uint32_t next_participant_ = 1;
  SubscriptionId next_subscription_ = 1;
};

}  // namespace continuo
