// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "api/conference.h"
#include "api/http_message.h"
#include "api/http_router.h"
#include "api/invitations.h"
#include "api/session_table.h"

namespace continuo {

// Sessions over HTTP by WHIP's rules (RFC 9725 section 4), except that the one offer is sendrecv:
//   POST    /rooms/{room}/session   offer in, 201 with the answer, Location and ETag
//   DELETE  /sessions/{id}          ends it
//   PATCH   /sessions/{id}          trickled candidates are taken and ignored: the server is
//                                   ICE-lite and answers from where checks come. No ICE restart
//   GET     /sessions/{id}          204 while it lives
// The session's address is its secret. Control thread only. Knows no sockets and no SDP grammar.
class SessionEndpoint {
 public:
  using WallClock = std::function<int64_t()>;  // seconds since 1970

  SessionEndpoint(Conference& conference, const Invitations& invitations, SessionTable& sessions,
                  WallClock wall_clock);

  void AddRoutes(HttpRouter& router);

 private:
  void Join(const HttpRequest& request, const HttpReply& reply);
  Result<JoinRequest> CheckJoin(const HttpRequest& request) const;
  HttpResponse Joined(const std::string& room, const std::string& ice_ufrag,
                      const Result<JoinAnswer>& answer);
  HttpResponse Leave(const HttpRequest& request);
  HttpResponse Patch(const HttpRequest& request);
  HttpResponse Look(const HttpRequest& request);

  Conference& conference_;
  const Invitations& invitations_;
  SessionTable& sessions_;
  WallClock wall_clock_;
  // Answers to joins may come after this is gone.
  std::shared_ptr<SessionEndpoint*> self_;
};

}  // namespace continuo
