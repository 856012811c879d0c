// SPDX-License-Identifier: Apache-2.0
#include "api/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/http_router.h"

namespace continuo {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(ParseTarget, DecodesPathAndQuery) {
  HttpRequest request;
  ASSERT_TRUE(ParseTarget("/rooms/a%2Fb/session?rendition=sd&x=1%202", request));
  EXPECT_THAT(request.path, ElementsAre("rooms", "a/b", "session"));
  EXPECT_EQ(request.Query("rendition"), "sd");
  EXPECT_EQ(request.Query("x"), "1 2");
  EXPECT_EQ(request.Query("none"), "");
}

TEST(ParseTarget, RefusesWhatIsNoPath) {
  for (const char* target : {"", "rooms", "http://elsewhere/x", "*", "/%zz", "/a b"}) {
    HttpRequest request;
    EXPECT_FALSE(ParseTarget(target, request)) << target;
  }
}

TEST(ParseTarget, BoundsTheNumberOfParts) {
  HttpRequest request;
  std::string deep, wide = "/x?";
  for (int i = 0; i < 1000; ++i) deep += "/a", wide += "a&";
  EXPECT_FALSE(ParseTarget(deep, request));
  EXPECT_FALSE(ParseTarget(wide, request));
}

TEST(HttpRequest, FindsTheBearerToken) {
  HttpRequest request;
  request.authorization = "Bearer abc.def";
  EXPECT_EQ(request.BearerToken(), "abc.def");
  request.authorization = "bEARER  abc";
  EXPECT_EQ(request.BearerToken(), "abc");
  for (const char* other : {"", "Bearer", "Bearer ", "Basic abc", "abc"}) {
    request.authorization = other;
    EXPECT_EQ(request.BearerToken(), "") << other;
  }
}

TEST(HttpRequest, ReadsTheMediaTypeWithoutItsParameters) {
  HttpRequest request;
  request.content_type = "Application/SDP ; charset=utf-8";
  EXPECT_EQ(request.MediaType(), "application/sdp");
}

TEST(ErrorResponse, GivesEachKindOfErrorItsStatus) {
  const auto status = [](ErrorCode code) { return ErrorResponse({code, "x", {}}).status; };
  EXPECT_EQ(status(ErrorCode::kMalformed), 400);
  EXPECT_EQ(status(ErrorCode::kInvalidArgument), 400);
  EXPECT_EQ(status(ErrorCode::kUnauthenticated), 401);
  EXPECT_EQ(status(ErrorCode::kPermissionDenied), 403);
  EXPECT_EQ(status(ErrorCode::kNotFound), 404);
  EXPECT_EQ(status(ErrorCode::kUnsupported), 422);
  EXPECT_EQ(status(ErrorCode::kResourceExhausted), 503);
  EXPECT_EQ(status(ErrorCode::kInternal), 500);
}

TEST(ErrorResponse, TellsTheReasonButNotOurInsides) {
  EXPECT_EQ(ErrorResponse({ErrorCode::kUnsupported, "No codec in common", "video"}).body,
            "No codec in common: video.\n");
  EXPECT_THAT(ErrorResponse({ErrorCode::kInternal, "null pointer", "/secret/path"}).body,
              ::testing::Not(HasSubstr("secret")));
}

TEST(ErrorResponse, SaysWhenToComeBackAndHowToComeIn) {
  EXPECT_THAT(ErrorResponse({ErrorCode::kResourceExhausted, "x", {}}).headers,
              Contains(Pair("Retry-After", "5")));
  EXPECT_THAT(ErrorResponse({ErrorCode::kUnauthenticated, "x", {}}).headers,
              Contains(Pair("WWW-Authenticate", HasSubstr("Bearer"))));
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    const auto answer = [](int status) {
      return [status](const HttpRequest& request, const HttpReply& reply) {
        std::string params;
        for (const std::string& param : request.params) params += param + ";";
        reply({status, {}, params});
      };
    };
    router_.Add(HttpMethod::kGet, "/healthz", answer(200));
    router_.Add(HttpMethod::kPost, "/rooms/{room}/session", answer(201));
    router_.Add(HttpMethod::kGet, "/rooms/{room}/events", answer(202));
    router_.Add(HttpMethod::kDelete, "/rooms/{room}/events", answer(203));
  }
  HttpResponse Ask(HttpMethod method, std::vector<std::string> path) {
    HttpRequest request;
    request.method = method;
    request.path = std::move(path);
    HttpResponse got;
    router_.Handle(request, [&](HttpResponse response) { got = std::move(response); });
    return got;
  }
  HttpRouter router_;
};

TEST_F(RouterTest, FindsExactPathsAndPatterns) {
  EXPECT_EQ(Ask(HttpMethod::kGet, {"healthz"}).status, 200);
  const HttpResponse joined = Ask(HttpMethod::kPost, {"rooms", "crisis", "session"});
  EXPECT_EQ(joined.status, 201);
  EXPECT_EQ(joined.body, "crisis;");
}

TEST_F(RouterTest, HeadIsAnsweredLikeGet) {
  EXPECT_EQ(Ask(HttpMethod::kHead, {"healthz"}).status, 200);
}

TEST_F(RouterTest, OtherPathsAreNotFound) {
  EXPECT_EQ(Ask(HttpMethod::kGet, {}).status, 404);
  EXPECT_EQ(Ask(HttpMethod::kGet, {"healthz", ""}).status, 404);
  EXPECT_EQ(Ask(HttpMethod::kPost, {"rooms", "", "session"}).status, 404);
  EXPECT_EQ(Ask(HttpMethod::kPost, {"rooms", "a", "b", "session"}).status, 404);
}

TEST_F(RouterTest, OtherMethodsAreToldWhichThereAre) {
  const HttpResponse refused = Ask(HttpMethod::kOther, {"rooms", "crisis", "events"});
  EXPECT_EQ(refused.status, 405);
  EXPECT_THAT(refused.headers, Contains(Pair("Allow", "GET, HEAD, DELETE")));
  EXPECT_EQ(Ask(HttpMethod::kOptions, {"healthz"}).status, 204);
}

}  // namespace
}  // namespace continuo
