// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/conference.h"

namespace continuo {

// What a page draws from, whole each time:
//   {"type":"room","canvas":{"width":1280,"height":720},
//    "tiles":[{"participant":7,"name":"Ana","x":0,"y":0,"width":640,"height":360}],
//    "participants":[{"participant":7,"name":"Ana","rendition":"hd","codec":"vp8",
//                     "sends_audio":true,"sends_video":true}],
//    "you":7}
// `you` 0 becomes null: somebody who only looks on.
std::string RoomJson(const RoomView& room, ParticipantId you);

// {"type":"ended"}: your session is over, or {"type":"deleted"}: the room is.
std::string EndedJson();
std::string DeletedJson();

}  // namespace continuo
