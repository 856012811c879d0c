// SPDX-License-Identifier: Apache-2.0
#include "api/session_endpoint.h"

#include <string>
#include <string_view>
#include <utility>

namespace continuo {
namespace {

constexpr std::string_view kSdp = "application/sdp";
constexpr std::string_view kSdpFragment = "application/trickle-ice-sdpfrag";

// RFC 8839 section 5.4: the first ice-ufrag in the text; with BUNDLE they are all the same.
std::string IceUfragOf(std::string_view sdp) {
  constexpr std::string_view kAttribute = "a=ice-ufrag:";
  const size_t begin = sdp.find(kAttribute);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = sdp.substr(begin + kAttribute.size());
  return std::string(rest.substr(0, rest.find_first_of("\r\n")));
}

std::string Quoted(const std::string& etag) {
  return etag.starts_with('"') ? etag : "\"" + etag + "\"";
}

HttpResponse Options() {
  // RFC 9725 section 4.2: what a client may POST here.
  return {204, {{"Accept-Post", std::string(kSdp)}, {"Allow", "POST, OPTIONS"}}, {}};
}

}  // namespace

SessionEndpoint::SessionEndpoint(Conference& conference, const Invitations& invitations,
                                 SessionTable& sessions, WallClock wall_clock)
    : conference_(conference),
      invitations_(invitations),
      sessions_(sessions),
      wall_clock_(std::move(wall_clock)),
      self_(std::make_shared<SessionEndpoint*>(this)) {}

void SessionEndpoint::AddRoutes(HttpRouter& router) {
  router.Add(HttpMethod::kPost, "/rooms/{room}/session",
             [this](const HttpRequest& request, const HttpReply& reply) { Join(request, reply); });
  router.Add(HttpMethod::kOptions, "/rooms/{room}/session",
             [](const HttpRequest&, const HttpReply& reply) { reply(Options()); });
  using Answer = HttpResponse (SessionEndpoint::*)(const HttpRequest&);
  const std::pair<HttpMethod, Answer> answers[] = {{HttpMethod::kGet, &SessionEndpoint::Look},
                                                   {HttpMethod::kPatch, &SessionEndpoint::Patch},
                                                   {HttpMethod::kDelete, &SessionEndpoint::Leave}};
  for (const auto& [method, how] : answers) {
    router.Add(method, "/sessions/{session}",
               [this, answer = how](const HttpRequest& request, const HttpReply& reply) {
                 reply((this->*answer)(request));
               });
  }
}

Result<JoinRequest> SessionEndpoint::CheckJoin(const HttpRequest& request) const {
  auto invitation = invitations_.Verify(request.BearerToken(), wall_clock_());
  if (!invitation) return tl::unexpected(invitation.error());
  const std::string& room = request.params[0];
  if (invitation->room != room) {
    return Fail(ErrorCode::kPermissionDenied, "This invitation is for another room");
  }
  const std::string_view rendition = request.Query("rendition");
  const auto rung = rendition.empty() ? Rung::kHd : RungFromName(rendition);
  if (!rung) {
    return Fail(ErrorCode::kInvalidArgument, "There is no such rendition; there are hd and sd");
  }
  if (request.body.empty()) return Fail(ErrorCode::kMalformed, "The SDP offer is missing");
  return JoinRequest{room, std::move(invitation->display_name), *rung, request.body};
}

void SessionEndpoint::Join(const HttpRequest& request, const HttpReply& reply) {
  if (request.MediaType() != kSdp) {
    return reply(PlainResponse(415, "An offer is sent as application/sdp."));
  }
  auto join = CheckJoin(request);
  if (!join) return reply(ErrorResponse(join.error()));
  std::string room = join->room;
  std::string ufrag = IceUfragOf(join->sdp_offer);
  conference_.Join(std::move(*join), [self = std::weak_ptr(self_), room = std::move(room),
                                      ufrag = std::move(ufrag), reply](Result<JoinAnswer> answer) {
    if (const auto here = self.lock()) reply((*here)->Joined(room, ufrag, answer));
  });
}

HttpResponse SessionEndpoint::Joined(const std::string& room, const std::string& ice_ufrag,
                                     const Result<JoinAnswer>& answer) {
  if (!answer) return ErrorResponse(answer.error());
  const std::string etag = Quoted(answer->etag);
  sessions_.Add(answer->session_id, {room, answer->participant, etag, ice_ufrag});
  return {201,
          {{"Content-Type", std::string(kSdp)},
           {"Location", "/sessions/" + answer->session_id},
           {"ETag", etag},
           {"Cache-Control", "no-store"}},
          answer->sdp_answer};
}

HttpResponse SessionEndpoint::Leave(const HttpRequest& request) {
  const Status left = sessions_.Leave(request.params[0]);
  if (!left) return ErrorResponse(left.error());
  return PlainResponse(200, "The session has ended.");
}

HttpResponse SessionEndpoint::Patch(const HttpRequest& request) {
  const SessionTable::Session* session = sessions_.Find(request.params[0]);
  if (session == nullptr) return PlainResponse(404, "There is no such session.");
  if (request.MediaType() != kSdpFragment) {
    HttpResponse response =
        PlainResponse(415, "Candidates are sent as application/trickle-ice-sdpfrag.");
    response.headers.emplace_back("Accept-Patch", std::string(kSdpFragment));
    return response;
  }
  // RFC 9725 section 4.3.2: candidates name the ICE session by its entity tag, a restart says "*".
  if (request.if_match.empty()) return PlainResponse(428, "If-Match is missing.");
  const std::string ufrag = IceUfragOf(request.body);
  if (request.if_match == "*" || (!ufrag.empty() && ufrag != session->ice_ufrag)) {
    return PlainResponse(422, "ICE restart is not supported: end this session and join again.");
  }
  if (request.if_match != session->etag) {
    return PlainResponse(412, "The candidates are for another ICE session.");
  }
  if (ufrag.empty()) return PlainResponse(400, "The candidates are malformed.");
  return {204, {}, {}};
}

HttpResponse SessionEndpoint::Look(const HttpRequest& request) {
  if (sessions_.Find(request.params[0]) == nullptr) {
    return PlainResponse(404, "There is no such session.");
  }
  return {204, {{"Cache-Control", "no-store"}}, {}};
}

}  // namespace continuo
