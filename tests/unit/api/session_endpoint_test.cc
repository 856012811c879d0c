// SPDX-License-Identifier: Apache-2.0
#include "api/session_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "crypto/init.h"
#include "tests/support/fake_conference.h"

namespace continuo {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr int64_t kNow = 1'700'000'000;
constexpr char kOffer[] = "v=0\r\na=ice-ufrag:abcd\r\nm=audio\r\na=ice-ufrag:abcd\r\n";

class SessionEndpointTest : public ::testing::Test {
 protected:
  SessionEndpointTest() {
    endpoint_->AddRoutes(router_);
    EXPECT_TRUE(conference_.CreateRoom("crisis"));
  }

  std::string InvitationTo(std::string_view room, std::string_view name = "Ana") {
    return *invitations_.Make(room, name, TimeDelta::Seconds(60), kNow);
  }

  HttpRequest Offer(std::string_view room, const std::string& token) {
    HttpRequest request;
    request.method = HttpMethod::kPost;
    request.path = {"rooms", std::string(room), "session"};
    request.content_type = "application/sdp";
    if (!token.empty()) request.authorization = "Bearer " + token;
    request.body = kOffer;
    return request;
  }
  HttpRequest OnSession(HttpMethod method, std::string id) {
    HttpRequest request;
    request.method = method;
    request.path = {"sessions", std::move(id)};
    return request;
  }
  HttpRequest Trickle(std::string id, std::string if_match, std::string ufrag = "abcd") {
    HttpRequest request = OnSession(HttpMethod::kPatch, std::move(id));
    request.content_type = "application/trickle-ice-sdpfrag";
    request.if_match = std::move(if_match);
    request.body = "a=ice-ufrag:" + ufrag + "\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n";
    return request;
  }

  HttpResponse Ask(HttpRequest request) {
    reply_.reset();
    router_.Handle(std::move(request), [this](HttpResponse response) { reply_ = response; });
    return reply_.value_or(HttpResponse{0, {}, {}});
  }
  // The session id out of the Location of a successful join.
  std::string Join() {
    const HttpResponse joined = Ask(Offer("crisis", InvitationTo("crisis")));
    for (const auto& [name, value] : joined.headers) {
      if (name == "Location") return value.substr(value.rfind('/') + 1);
    }
    ADD_FAILURE() << joined.status << " " << joined.body;
    return {};
  }

  const Status ready_ = InitCrypto();
  const SigningKey key_ = SigningKey::Generate();
  const Invitations invitations_{key_};
  FakeConference conference_;
  SessionTable sessions_{conference_};
  std::optional<SessionEndpoint> endpoint_{std::in_place, conference_, invitations_, sessions_,
                                           [] { return kNow; }};
  HttpRouter router_;
  std::optional<HttpResponse> reply_;
};

TEST_F(SessionEndpointTest, AnOfferWithAnInvitationGetsAnAnswer) {
  const HttpResponse joined = Ask(Offer("crisis", InvitationTo("crisis", "Zoë")));
  EXPECT_EQ(joined.status, 201);
  EXPECT_EQ(joined.body, "v=0\r\nanswer\r\n");
  EXPECT_THAT(joined.headers, Contains(Pair("Content-Type", "application/sdp")));
  EXPECT_THAT(joined.headers, Contains(Pair("Location", "/sessions/secret-1")));
  EXPECT_THAT(joined.headers, Contains(Pair("ETag", "\"etag-1\"")));
  ASSERT_THAT(conference_.joins, SizeIs(1));
  EXPECT_EQ(conference_.joins[0].display_name, "Zoë");
  EXPECT_EQ(conference_.joins[0].rung, Rung::kHd);
  EXPECT_EQ(conference_.joins[0].sdp_offer, kOffer);
}

TEST_F(SessionEndpointTest, TheRenditionCanBeChosen) {
  HttpRequest request = Offer("crisis", InvitationTo("crisis"));
  request.query = {{"rendition", "sd"}};
  EXPECT_EQ(Ask(request).status, 201);
  EXPECT_EQ(conference_.joins.at(0).rung, Rung::kSd);
  request.query = {{"rendition", "8k"}};
  EXPECT_EQ(Ask(request).status, 400);
}

TEST_F(SessionEndpointTest, RefusalsSayWhyAndNeverReachTheConference) {
  HttpRequest wrong_type = Offer("crisis", InvitationTo("crisis"));
  wrong_type.content_type = "text/plain";
  EXPECT_EQ(Ask(wrong_type).status, 415);

  const HttpResponse uninvited = Ask(Offer("crisis", ""));
  EXPECT_EQ(uninvited.status, 401);
  EXPECT_EQ(uninvited.body, "An invitation is needed.\n");
  EXPECT_THAT(uninvited.headers, Contains(Pair("WWW-Authenticate", HasSubstr("Bearer"))));

  const HttpResponse elsewhere = Ask(Offer("crisis", InvitationTo("kitchen")));
  EXPECT_EQ(elsewhere.status, 403);
  EXPECT_EQ(elsewhere.body, "This invitation is for another room.\n");

  HttpRequest empty = Offer("crisis", InvitationTo("crisis"));
  empty.body.clear();
  EXPECT_EQ(Ask(empty).status, 400);
  EXPECT_THAT(conference_.joins, IsEmpty());
}

TEST_F(SessionEndpointTest, WhatTheConferenceRefusesIsPassedOn) {
  EXPECT_EQ(Ask(Offer("gone", InvitationTo("gone"))).status, 404);
  conference_.refuse_joins = {ErrorCode::kUnsupported, "No video codec in common", {}};
  const HttpResponse unsupported = Ask(Offer("crisis", InvitationTo("crisis")));
  EXPECT_EQ(unsupported.status, 422);
  EXPECT_EQ(unsupported.body, "No video codec in common.\n");
  conference_.refuse_joins = {ErrorCode::kResourceExhausted, "The server is full", {}};
  const HttpResponse full = Ask(Offer("crisis", InvitationTo("crisis")));
  EXPECT_EQ(full.status, 503);
  EXPECT_THAT(full.headers, Contains(Pair("Retry-After", "5")));
}

TEST_F(SessionEndpointTest, AnAnswerMayComeLater) {
  conference_.hold_joins = true;
  EXPECT_EQ(Ask(Offer("crisis", InvitationTo("crisis"))).status, 0);
  conference_.AnswerJoins();
  ASSERT_TRUE(reply_);
  EXPECT_EQ(reply_->status, 201);
}

TEST_F(SessionEndpointTest, AnAnswerThatComesTooLateForItIsDropped) {
  conference_.hold_joins = true;
  Ask(Offer("crisis", InvitationTo("crisis")));
  endpoint_.reset();
  conference_.AnswerJoins();
  EXPECT_FALSE(reply_);
}

TEST_F(SessionEndpointTest, LeavingEndsTheSessionOnce) {
  const std::string id = Join();
  EXPECT_EQ(Ask(OnSession(HttpMethod::kGet, id)).status, 204);
  EXPECT_EQ(Ask(OnSession(HttpMethod::kDelete, id)).status, 200);
  EXPECT_EQ(Ask(OnSession(HttpMethod::kDelete, id)).status, 404);
  EXPECT_EQ(Ask(OnSession(HttpMethod::kGet, id)).status, 404);
}

TEST_F(SessionEndpointTest, ASessionThatEndedElsewhereIsGone) {
  const std::string id = Join();
  EXPECT_TRUE(conference_.RemoveParticipant("crisis", ParticipantId(1)));
  EXPECT_EQ(Ask(OnSession(HttpMethod::kGet, id)).status, 404);
  EXPECT_EQ(Ask(Trickle(id, "\"etag-1\"")).status, 404);
}

TEST_F(SessionEndpointTest, CandidatesAreTaken) {
  const std::string id = Join();
  EXPECT_EQ(Ask(Trickle(id, "\"etag-1\"")).status, 204);
}

// RFC 9725 section 4.3.
TEST_F(SessionEndpointTest, CandidatesMustNameTheirIceSession) {
  const std::string id = Join();
  EXPECT_EQ(Ask(Trickle(id, "")).status, 428);
  EXPECT_EQ(Ask(Trickle(id, "\"other\"")).status, 412);
  HttpRequest wrong_type = Trickle(id, "\"etag-1\"");
  wrong_type.content_type = "application/sdp";
  EXPECT_EQ(Ask(wrong_type).status, 415);
  HttpRequest malformed = Trickle(id, "\"etag-1\"");
  malformed.body = "hello";
  EXPECT_EQ(Ask(malformed).status, 400);
}

TEST_F(SessionEndpointTest, AnIceRestartIsRefusedInPlainWords) {
  const std::string id = Join();
  const HttpResponse restart = Ask(Trickle(id, "*", "wxyz"));
  EXPECT_EQ(restart.status, 422);
  EXPECT_THAT(restart.body, HasSubstr("ICE restart is not supported"));
  EXPECT_EQ(Ask(Trickle(id, "\"etag-1\"", "wxyz")).status, 422);
}

TEST_F(SessionEndpointTest, OptionsSaysWhatToPost) {
  HttpRequest request = Offer("crisis", "");
  request.method = HttpMethod::kOptions;
  const HttpResponse options = Ask(request);
  EXPECT_EQ(options.status, 204);
  EXPECT_THAT(options.headers, Contains(Pair("Accept-Post", "application/sdp")));
}

}  // namespace
}  // namespace continuo
