// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_set>

#include "api/conference.h"
#include "api/event_stream.h"
#include "api/http_message.h"
#include "api/invitations.h"
#include "api/session_table.h"

namespace continuo {

// Room events for pages, `GET /rooms/{room}/events?session={id}` as a WebSocket. Browsers cannot
// set Authorization there, so the invitation comes as a second subprotocol: "continuo.v1, <token>".
// The first message is the room now, then its whole state after each change (room_json.h). With a
// session id the stream also tells the Conference that the page is there, and ends when the session
// does. Outlives its feeds' use of it: feeds that are left when it goes fall silent.
// Control thread only.
class RoomEvents {
 public:
  static constexpr std::string_view kSubprotocol = "continuo.v1";
  using WallClock = std::function<int64_t()>;

  RoomEvents(Conference& conference, const Invitations& invitations, SessionTable& sessions,
             WallClock wall_clock);
  RoomEvents(const RoomEvents&) = delete;
  RoomEvents& operator=(const RoomEvents&) = delete;
  ~RoomEvents();

  // Who feeds the stream that this request asks for, or why not.
  tl::expected<std::unique_ptr<EventFeed>, HttpResponse> Open(const HttpRequest& request);

 private:
  class Feed;

  Conference& conference_;
  const Invitations& invitations_;
  SessionTable& sessions_;
  WallClock wall_clock_;
  std::unordered_set<Feed*> feeds_;
};

}  // namespace continuo
