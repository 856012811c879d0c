// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <utility>

#include "api/names.h"
#include "cli/table.h"

namespace continuo {
namespace {

namespace json = boost::json;

std::string Utc(int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm utc{};
  char text[32];
  if (::gmtime_r(&time, &utc) == nullptr) return "?";
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string_view Sends(const ParticipantView& participant) {
  if (participant.sends_audio && participant.sends_video) return "audio+video";
  if (participant.sends_audio) return "audio";
  return participant.sends_video ? "video" : "-";
}

json::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::string Names(const std::vector<Backend>& backends) {
  std::string names;
  for (const Backend backend : backends) {
    if (!names.empty()) names += ", ";
    names += ToString(backend);
  }
  return names.empty() ? "-" : names;
}

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

// With two decimals, as a load is read.
std::string Decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

json::array ToJson(const std::vector<Backend>& backends) {
  json::array list;
  for (const Backend backend : backends) list.push_back(View(ToString(backend)));
  return list;
}

json::object ToJson(const EngineView& engine) {
  return {{"device", engine.device},
          {"decode", ToJson(engine.decode)},
          {"compose", ToJson(engine.compose)},
          {"encode", ToJson(engine.encode)},
          {"deviceFailure", engine.failure}};
}

json::object ToJson(const DeviceView& device) {
  return {{"name", DeviceResource(device.id)},
          {"spec", device.spec},
          {"state", View(ToString(device.state))},
          {"reason", device.reason},
          {"stateTime", Utc(device.since_unix_seconds)},
          {"driver", device.driver},
          {"roomCount", device.rooms},
          {"load", device.load}};
}

json::object ToJson(const RoomSummary& room) {
  return {{"name", RoomResource(room.name)},
          {"createTime", Utc(room.created_unix_seconds)},
          {"participantCount", room.participant_count},
          {"mixerRunning", room.mixer_running},
          {"engine", ToJson(room.engine)}};
}

json::object ToJson(const std::string& room, const ParticipantView& participant) {
  return {{"name", ParticipantResource(room, participant.id)},
          {"displayName", participant.name},
          {"joinTime", Utc(participant.joined_unix_seconds)},
          {"rendition", View(SpecOf(participant.rung).name)},
          {"videoCodec", View(ToString(participant.codec))},
          {"sendsAudio", participant.sends_audio},
          {"sendsVideo", participant.sends_video}};
}

json::array ToJson(const std::string& room, const std::vector<ParticipantView>& participants) {
  json::array list;
  for (const ParticipantView& participant : participants) list.push_back(ToJson(room, participant));
  return list;
}

std::string Line(const json::object& object) { return json::serialize(object) + "\n"; }

}  // namespace

std::string RoomsTable(const std::vector<RoomSummary>& rooms) {
  std::vector<TableRow> rows{{"ROOM", "PEOPLE", "MIXER", "DEVICE", "CREATED"}};
  for (const RoomSummary& room : rooms) {
    rows.push_back({room.name, std::to_string(room.participant_count),
                    room.mixer_running ? "running" : "-", OrDash(room.engine.device),
                    Utc(room.created_unix_seconds)});
  }
  return Table(rows);
}

std::string RoomsJson(const std::vector<RoomSummary>& rooms) {
  json::array list;
  for (const RoomSummary& room : rooms) list.push_back(ToJson(room));
  return Line({{"rooms", std::move(list)}});
}

std::string RoomText(const RoomSummary& room) {
  std::string text = RoomsTable({room});
  if (room.mixer_running) {
    text += "decode: " + Names(room.engine.decode) + "; compose: " + Names(room.engine.compose) +
            "; encode: " + Names(room.engine.encode) + "\n";
  }
  if (!room.engine.failure.empty()) text += "It left " + room.engine.failure + "\n";
  return text;
}

std::string RoomJson(const RoomSummary& room) { return Line(ToJson(room)); }

std::string DevicesTable(const std::vector<DeviceView>& devices) {
  std::vector<TableRow> rows{{"DEVICE", "STATE", "ROOMS", "LOAD", "USED AS", "DRIVER", "WHY"}};
  for (const DeviceView& device : devices) {
    rows.push_back({device.id, std::string(ToString(device.state)), std::to_string(device.rooms),
                    Decimal(device.load), device.spec, OrDash(device.driver),
                    OrDash(device.reason)});
  }
  return Table(rows);
}

std::string DevicesJson(const std::vector<DeviceView>& devices) {
  json::array list;
  for (const DeviceView& device : devices) list.push_back(ToJson(device));
  return Line({{"devices", std::move(list)}});
}

std::string DeviceJson(const DeviceView& device) { return Line(ToJson(device)); }

std::string ParticipantsTable(const std::vector<ParticipantView>& participants) {
  std::vector<TableRow> rows{{"ID", "NAME", "RENDITION", "CODEC", "SENDS", "JOINED"}};
  for (const ParticipantView& participant : participants) {
    rows.push_back({std::to_string(participant.id.value()), participant.name,
                    std::string(SpecOf(participant.rung).name),
                    std::string(ToString(participant.codec)), std::string(Sends(participant)),
                    Utc(participant.joined_unix_seconds)});
  }
  return Table(rows);
}

std::string ParticipantsJson(const std::string& room,
                             const std::vector<ParticipantView>& participants) {
  return Line({{"participants", ToJson(room, participants)}});
}

std::string UpdateText(const RoomUpdate& update) {
  if (update.deleted) return "The room " + update.room.name + " was deleted.\n";
  return RoomText(update.room) + ParticipantsTable(update.participants) + "\n";
}

std::string UpdateJson(const RoomUpdate& update) {
  return Line({{"room", ToJson(update.room)},
               {"participants", ToJson(update.room.name, update.participants)},
               {"deleted", update.deleted}});
}

std::string InvitationJson(const MadeInvitation& invitation) {
  return Line({{"url", invitation.url},
               {"token", invitation.token},
               {"expireTime", Utc(invitation.expires_unix_seconds)}});
}

}  // namespace continuo
