// SPDX-License-Identifier: Apache-2.0
#include "api/room_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace continuo {
namespace {

namespace json = boost::json;

json::string_view View(std::string_view text) { return {text.data(), text.size()}; }

json::array Tiles(const RoomView& room) {
  json::array tiles;
  for (const Tile& tile : room.tiles) {
    tiles.push_back(json::object{{"participant", tile.participant.value()},
                                 {"name", View(tile.name)},
                                 {"x", tile.rect.x},
                                 {"y", tile.rect.y},
                                 {"width", tile.rect.width},
                                 {"height", tile.rect.height}});
  }
  return tiles;
}

json::array Participants(const RoomView& room) {
  json::array participants;
  for (const ParticipantView& participant : room.participants) {
    participants.push_back(json::object{{"participant", participant.id.value()},
                                        {"name", View(participant.name)},
                                        {"rendition", View(SpecOf(participant.rung).name)},
                                        {"codec", View(ToString(participant.codec))},
                                        {"sends_audio", participant.sends_audio},
                                        {"sends_video", participant.sends_video}});
  }
  return participants;
}

}  // namespace

std::string RoomJson(const RoomView& room, ParticipantId you) {
  json::object message{{"type", "room"},
                       {"canvas", {{"width", room.canvas.width}, {"height", room.canvas.height}}},
                       {"tiles", Tiles(room)},
                       {"participants", Participants(room)},
                       {"you", nullptr}};
  if (you.value() != 0) message["you"] = you.value();
  return json::serialize(message);
}

std::string EndedJson() { return R"({"type":"ended"})"; }
std::string DeletedJson() { return R"({"type":"deleted"})"; }

}  // namespace continuo
