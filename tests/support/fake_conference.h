// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/conference.h"

namespace continuo {

// A Conference without media: rooms in a table, sessions that exist because somebody asked, and a
// record of what it was told. One thread, like the real one.
class FakeConference : public Conference {
 public:
  using Callback = std::function<void(RoomEvent, const RoomView&)>;

  // What the next joins get instead of an answer.
  std::optional<Error> refuse_joins;
  // With this, joins wait until AnswerJoins().
  bool hold_joins = false;
  std::vector<JoinRequest> joins;
  std::vector<DeviceView> devices{{"cpu", "cpu", DeviceState::kReady, "", 1'700'000'000, "", 0, 0},
                                  {"renderD128", "vaapi:/dev/dri/renderD128", DeviceState::kReady,
                                   "", 1'700'000'000, "Software 1.0", 1, 0.25}};
  // With this, self-tests go on until EndTests().
  bool hold_tests = false;
  std::vector<std::pair<std::string, bool>> presence;  // session id, present

  Result<RoomView> CreateRoom(std::string_view name) override {
    if (rooms_.contains(name)) {
      return Fail(ErrorCode::kAlreadyExists, "There is a room of this name", std::string(name));
    }
    RoomView room;
    room.name = name;
    room.created_unix_seconds = 1'700'000'000;
    return rooms_.emplace(name, room).first->second;
  }

  Result<RoomView> GetRoom(std::string_view name) override {
    const auto it = rooms_.find(name);
    if (it == rooms_.end()) return NoSuchRoom(name);
    return it->second;
  }

  std::vector<RoomView> ListRooms() override {
    std::vector<RoomView> rooms;
    for (const auto& [name, room] : rooms_) rooms.push_back(room);
    std::reverse(rooms.begin(), rooms.end());  // in no particular order
    return rooms;
  }

  Status DeleteRoom(std::string_view name) override {
    const auto it = rooms_.find(name);
    if (it == rooms_.end()) return NoSuchRoom(name);
    RoomView last = std::move(it->second);
    rooms_.erase(it);
    last.participants.clear();
    last.tiles.clear();
    std::erase_if(sessions_, [&](const auto& session) { return session.second.first == name; });
    std::vector<Callback> told;
    std::erase_if(subscriptions_, [&](auto& row) {
      if (row.second.first != name) return false;
      told.push_back(std::move(row.second.second));
      return true;
    });
    for (const Callback& callback : told) callback(RoomEvent::kDeleted, last);
    return {};
  }

  // What a move needs is a device of that id.
  Result<RoomView> MoveRoom(std::string_view name, std::string_view device) override {
    const auto it = rooms_.find(name);
    if (it == rooms_.end()) return NoSuchRoom(name);
    if (device != "auto" && FindDevice(device) == nullptr) return NoSuchDevice(device);
    it->second.engine.device = device == "auto" ? devices.front().spec : FindDevice(device)->spec;
    Changed(name);
    return it->second;
  }
  std::vector<DeviceView> ListDevices() override { return devices; }
  void TestDevice(std::string_view id, std::function<void(Result<DeviceView>)> done) override {
    if (FindDevice(id) == nullptr) return done(NoSuchDevice(id));
    held_tests_.emplace_back(id, std::move(done));
    if (!hold_tests) EndTests();
  }
  size_t held_tests() const { return held_tests_.size(); }
  void EndTests() {
    auto held = std::move(held_tests_);
    held_tests_.clear();
    for (auto& [id, done] : held) done(*FindDevice(id));
  }

  Status RemoveParticipant(std::string_view room, ParticipantId participant) override {
    for (const auto& [id, session] : sessions_) {
      if (session.first == room && session.second == participant) return Leave(std::string(id));
    }
    return Fail(ErrorCode::kNotFound, "There is no such participant");
  }

  SubscriptionId Subscribe(std::string_view room, Callback on_change) override {
    subscriptions_.emplace(next_subscription_, std::pair(std::string(room), std::move(on_change)));
    return next_subscription_++;
  }
  void Unsubscribe(SubscriptionId id) override { subscriptions_.erase(id); }
  size_t subscriptions() const { return subscriptions_.size(); }

  void Join(JoinRequest request, std::function<void(Result<JoinAnswer>)> done) override {
    joins.push_back(request);
    held_.emplace_back(std::move(request), std::move(done));
    if (!hold_joins) AnswerJoins();
  }
  void AnswerJoins() {
    auto held = std::move(held_);
    held_.clear();
    for (auto& [request, done] : held) done(Answer(request));
  }

  Status Leave(std::string_view session_id) override {
    const auto it = sessions_.find(session_id);
    if (it == sessions_.end()) return Fail(ErrorCode::kNotFound, "There is no such session");
    const auto [room_name, participant] = it->second;
    sessions_.erase(it);
    RoomView& room = rooms_.find(room_name)->second;
    std::erase_if(room.participants, [&, id = participant](auto& p) { return p.id == id; });
    std::erase_if(room.tiles, [&, id = participant](auto& t) { return t.participant == id; });
    Changed(room_name);
    return {};
  }
  bool HasSession(std::string_view session_id) override { return sessions_.contains(session_id); }
  void PagePresence(std::string_view session_id, bool present) override {
    presence.emplace_back(session_id, present);
  }

  // Tells everybody who follows the room.
  void Changed(std::string_view room_name) {
    const RoomView room = rooms_.find(room_name)->second;
    std::vector<Callback> told;
    for (const auto& [id, row] : subscriptions_) {
      if (row.first == room_name) told.push_back(row.second);
    }
    for (const Callback& callback : told) callback(RoomEvent::kChanged, room);
  }

 private:
  static tl::unexpected<Error> NoSuchRoom(std::string_view name) {
    return Fail(ErrorCode::kNotFound, "There is no such room", std::string(name));
  }

  static tl::unexpected<Error> NoSuchDevice(std::string_view id) {
    return Fail(ErrorCode::kNotFound, "There is no such device", std::string(id));
  }
  const DeviceView* FindDevice(std::string_view id) const {
    const auto it = std::ranges::find(devices, id, [](const auto& device) { return device.id; });
    return it == devices.end() ? nullptr : &*it;
  }

  Result<JoinAnswer> Answer(const JoinRequest& request) {
    if (refuse_joins) return tl::unexpected(*refuse_joins);
    const auto it = rooms_.find(request.room);
    if (it == rooms_.end()) return NoSuchRoom(request.room);
    const ParticipantId id(next_participant_++);
    const std::string session_id = "secret-" + std::to_string(id.value());
    RoomView& room = it->second;
    room.participants.push_back(
        {id, request.display_name, request.rung, VideoCodec::kVp8, true, true, 1'700'000'100});
    const int column = static_cast<int>(room.tiles.size());
    room.tiles.push_back({id, request.display_name, {column * 640, 0, 640, 360}});
    sessions_.emplace(session_id, std::pair(request.room, id));
    Changed(request.room);
    return JoinAnswer{id, session_id, "etag-" + std::to_string(id.value()), "v=0\r\nanswer\r\n"};
  }

  std::map<std::string, RoomView, std::less<>> rooms_;
  std::map<std::string, std::pair<std::string, ParticipantId>, std::less<>> sessions_;
  std::map<SubscriptionId, std::pair<std::string, Callback>> subscriptions_;
  std::vector<std::pair<JoinRequest, std::function<void(Result<JoinAnswer>)>>> held_;
  std::vector<std::pair<std::string, std::function<void(Result<DeviceView>)>>> held_tests_;
  SubscriptionId next_subscription_ = 1;
  uint32_t next_participant_ = 1;
};

}  // namespace continuo
