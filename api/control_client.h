// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/conference.h"
#include "base/result.h"
#include "base/time.h"

namespace continuo {

// What the control plane says of a room.
struct RoomSummary {
  std::string name;  // the id, "crisis"
  int64_t created_unix_seconds = 0;
  int participant_count = 0;
  bool mixer_running = false;
  EngineView engine;
};

struct RoomUpdate {
  RoomSummary room;
  std::vector<ParticipantView> participants;
  bool deleted = false;
};

struct MadeInvitation {
  std::string url;
  std::string token;
  int64_t expires_unix_seconds = 0;
};

// The other end of GrpcServer, for command-line tools and tests: one blocking call each, with a
// deadline. One thread. Errors say in one sentence what the server said, or that there is none.
class ControlClient {
 public:
  // "unix:PATH". Connects at the first call.
  explicit ControlClient(const std::string& address);
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;
  ~ControlClient();

  // `request_id` may be empty.
  Result<RoomSummary> CreateRoom(const std::string& room, const std::string& request_id);
  Result<RoomSummary> GetRoom(const std::string& room);
  Result<std::vector<RoomSummary>> ListRooms();
  Status DeleteRoom(const std::string& room);
  // `device` is "auto", or a device by its id, path or spec.
  Result<RoomSummary> MoveRoom(const std::string& room, const std::string& device);
  // Calls `on_update` with the room now and after every change, until the room is deleted, the
  // server stops, or `on_update` returns false.
  Status WatchRoom(const std::string& room,
                   const std::function<bool(const RoomUpdate&)>& on_update);
  Result<MadeInvitation> CreateInvitation(const std::string& room, const std::string& display_name,
                                          TimeDelta ttl);
  Result<std::vector<ParticipantView>> ListParticipants(const std::string& room);
  Status RemoveParticipant(const std::string& room, ParticipantId participant);
  Result<std::vector<DeviceView>> ListDevices();
  // By its id. Waits for the test's end, a few minutes at most.
  Result<DeviceView> TestDevice(const std::string& device);

 private:
  struct Stubs;

  std::unique_ptr<Stubs> stubs_;
};

}  // namespace continuo
