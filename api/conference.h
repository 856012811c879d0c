// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "hwaccel/choice/backend.h"
#include "mcu/scene/scene.h"
#include "media/rendition.h"

namespace continuo {

// What the control plane shows of a participant.
struct ParticipantView {
  ParticipantId id;
  std::string name;
  Rung rung = Rung::kHd;
  VideoCodec codec = VideoCodec::kVp8;
  bool sends_audio = false;
  bool sends_video = false;
  int64_t joined_unix_seconds = 0;
};

// Which engine makes a room's pictures.
struct EngineView {
  std::string device;   // "vaapi:/dev/dri/renderD128", "cpu"; empty while no mixer runs
  std::string failure;  // why the room left a device for the CPU; empty when it didn't
  // Who made pictures in the last second. A device may leave some streams to the CPU.
  std::vector<Backend> decode;
  std::vector<Backend> compose;
  std::vector<Backend> encode;
};

// A room as a snapshot: what gRPC returns, what Watch begins with, what the pages draw from.
struct RoomView {
  std::string name;  // the resource id, "crisis"
  int64_t created_unix_seconds = 0;
  std::vector<ParticipantView> participants;  // by join time
  std::vector<Tile> tiles;                    // of the Scene that is being drawn
  PixelSize canvas = kCanvasSize;
  bool mixer_running = false;
  EngineView engine;
};

enum class DeviceState : uint8_t {
  kTesting,  // its self-test is under way
  kReady,    // it passed: rooms may be on it
  kRefused,  // it did not pass
  kFailed,   // it passed and failed a room since
};
std::string_view ToString(DeviceState state);

// What the control plane shows of a device. The CPU is one, always ready.
struct DeviceView {
  std::string id;    // "cpu", "renderD128"
  std::string spec;  // "vaapi:/dev/dri/renderD128"; until it has passed, what is tried
  DeviceState state = DeviceState::kTesting;
  std::string reason;  // why rooms are not put on it; empty while it is ready
  int64_t since_unix_seconds = 0;
  std::string driver;  // what it says of itself
  int rooms = 0;
  double load = 0;  // seconds that its stages are busy in a second
};

// A signed invitation's claims, once verified.
struct Invitation {
  std::string room;
  std::string display_name;
  std::string id;  // JWT "jti"
  int64_t expires_unix_seconds = 0;
};

struct JoinRequest {
  std::string room;
  std::string display_name;
  Rung rung = Rung::kHd;
  std::string sdp_offer;  // bounded by the caller: at most 64 KiB
};

struct JoinAnswer {
  ParticipantId participant;
  std::string session_id;  // unguessable: the last part of WHIP's session URL
  std::string etag;
  std::string sdp_answer;
};

// What api/ asks of the server. Implemented in server/, which wires rooms to network shards and
// mixers. Control thread only; callbacks come on the control thread too.
class Conference {
 public:
  virtual ~Conference() = default;

  virtual Result<RoomView> CreateRoom(std::string_view name) = 0;
  virtual Result<RoomView> GetRoom(std::string_view name) = 0;
  virtual std::vector<RoomView> ListRooms() = 0;
  // Ends every session in it.
  virtual Status DeleteRoom(std::string_view name) = 0;
  // Puts a room on a device: "auto" (the ready one with the least load), "cpu", or one by its id,
  // path or spec. It stays so until told otherwise, or until the server restarts. A room that is
  // live there already is left alone; another one's mixer is restarted: sessions survive.
  // kNotFound, kUnavailable.
  virtual Result<RoomView> MoveRoom(std::string_view name, std::string_view device) = 0;
  virtual Status RemoveParticipant(std::string_view room, ParticipantId participant) = 0;

  virtual std::vector<DeviceView> ListDevices() = 0;
  // Tests a device, which may take many seconds, and puts it back into use when it passes. The
  // callback comes when the test has ended, whatever it found. kNotFound, kInvalidArgument.
  virtual void TestDevice(std::string_view id, std::function<void(Result<DeviceView>)> done) = 0;

  // Calls `on_change` after every change of the room, with its new state, until unsubscribed or
  // until the room is deleted (a last call with no participants and `deleted`).
  using SubscriptionId = uint64_t;
  enum class RoomEvent : uint8_t { kChanged, kDeleted };
  virtual SubscriptionId Subscribe(std::string_view room,
                                   std::function<void(RoomEvent, const RoomView&)> on_change) = 0;
  virtual void Unsubscribe(SubscriptionId id) = 0;

  // Checks the offer, makes a session on a network shard and answers. The callback comes later; an
  // error leaves nothing behind. kUnsupported, kMalformed, kNotFound, kResourceExhausted.
  virtual void Join(JoinRequest request, std::function<void(Result<JoinAnswer>)> done) = 0;
  // Ends a session by its secret id. kNotFound when there is none.
  virtual Status Leave(std::string_view session_id) = 0;
  // True while the session exists: WHIP's PATCH and the events WebSocket ask.
  virtual bool HasSession(std::string_view session_id) = 0;
  // The page's WebSocket for that session opened or closed: a closed tab is noticed at once.
  virtual void PagePresence(std::string_view session_id, bool present) = 0;
};

}  // namespace continuo
