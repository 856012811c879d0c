// SPDX-License-Identifier: Apache-2.0
// The real HTTP server on a loopback port, with a client that shares no code with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/http_server.h"
#include "api/metrics_server.h"
#include "base/clock.h"
#include "crypto/init.h"
#include "tests/support/control_thread.h"
#include "tests/support/fake_conference.h"
#include "tests/support/http_client.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using namespace std::chrono_literals;

class HttpTest : public ::testing::Test {
 protected:
  HttpTest() {
    EXPECT_TRUE(conference_.CreateRoom("crisis"));
    options_.port = 0;
    options_.max_connections = 16;
    options_.max_connections_per_address = 8;
    Start();
  }
  ~HttpTest() override {
    control_.Do([this] { server_.reset(); });
  }

  void Start() {
    control_.Do([this] {
      auto server = HttpServer::Start(control_.loop(), conference_, invitations_, probe_, options_);
      ASSERT_TRUE(server) << ToString(server.error());
      server_ = std::move(*server);
    });
  }
  HttpClient Client() { return HttpClient(server_->port()); }
  std::string Invitation(std::string_view name = "Ana") {
    return *invitations_.Make("crisis", name, TimeDelta::Seconds(60), UnixSeconds());
  }
  HttpAnswer Join(std::string_view name = "Ana") {
    return Client().Ask(
        "POST", "/rooms/crisis/session",
        "Content-Type: application/sdp\r\nAuthorization: Bearer " + Invitation(name) + "\r\n",
        "v=0\r\n");
  }
  template <typename Condition>
  bool Eventually(Condition condition) {
    for (int i = 0; i < 500; ++i) {
      if (control_.Do(condition)) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  const Status ready_ = InitCrypto();
  const SigningKey key_ = SigningKey::Generate();
  const Invitations invitations_{key_};
  FakeConference conference_;
  HttpProbe probe_;
  HttpServerOptions options_;
  ControlThread control_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpTest, ABrowserGetsThePageAndItsFiles) {
  HttpClient client = Client();
  const HttpAnswer page = client.Ask("GET", "/join/crisis");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("/web/join.js"));
  // The same connection serves what comes next.
  const HttpAnswer script = client.Ask("GET", "/web/join.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(
      client.Ask("GET", "/web/join.js", "If-None-Match: " + script.headers.at("etag") + "\r\n")
          .status,
      304);
  const HttpAnswer head = client.Ask("HEAD", "/web/join.js");
  EXPECT_EQ(head.headers.at("content-length"), std::to_string(script.body.size()));
  EXPECT_EQ(client.Ask("GET", "/healthz").body, "ok\n");
}

TEST_F(HttpTest, ASessionFromOfferToLeave) {
  const HttpAnswer joined = Join("Zoë");
  ASSERT_EQ(joined.status, 201) << joined.body;
  EXPECT_EQ(joined.headers.at("content-type"), "application/sdp");
  EXPECT_EQ(joined.body, "v=0\r\nanswer\r\n");
  const std::string session = joined.headers.at("location");
  HttpClient client = Client();
  EXPECT_EQ(client.Ask("GET", session).status, 204);
  EXPECT_EQ(client.Ask("DELETE", session).status, 200);
  EXPECT_EQ(client.Ask("DELETE", session).status, 404);
}

TEST_F(HttpTest, AnAnswerThatTakesAWhileStillComes) {
  control_.Do([this] { conference_.hold_joins = true; });
  HttpClient client = Client();
  client.Send(
      "POST /rooms/crisis/session HTTP/1.1\r\nHost: t\r\nContent-Type: application/sdp\r\n"
      "Authorization: Bearer " +
      Invitation() + "\r\nContent-Length: 5\r\n\r\nv=0\r\n");
  ASSERT_TRUE(Eventually([this] { return !conference_.joins.empty(); }));
  control_.Do([this] { conference_.AnswerJoins(); });
  EXPECT_EQ(client.ReadAnswer().status, 201);
}

TEST_F(HttpTest, TooLargeAnOfferIsRefused) {
  const std::string headers =
      "Content-Type: application/sdp\r\nAuthorization: Bearer " + Invitation() + "\r\n";
  EXPECT_EQ(Client().Ask("POST", "/rooms/crisis/session", headers, std::string(65'536, 'a')).status,
            201);
  EXPECT_EQ(Client().Ask("POST", "/rooms/crisis/session", headers, std::string(65'537, 'a')).status,
            413);
  // The same without saying so before.
  HttpClient chunked = Client();
  chunked.Send("POST /rooms/crisis/session HTTP/1.1\r\nHost: t\r\n" + headers +
               "Transfer-Encoding: chunked\r\n\r\n11000\r\n" + std::string(0x11000, 'a') +
               "\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.ReadAnswer().status, 413);
}

TEST_F(HttpTest, BytesThatAreNoRequestAreCountedAndRefused) {
  HttpClient garbage = Client();
  garbage.Send("\x16\x03\x01 hello\r\n\r\n");
  EXPECT_EQ(garbage.ReadAnswer().status, 400);
  EXPECT_TRUE(garbage.EndedByServer());
  HttpClient long_header = Client();
  long_header.Send("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n");
  EXPECT_EQ(long_header.ReadAnswer().status, 431);
  EXPECT_EQ(Client().Ask("GET", "/%zz").status, 400);
  EXPECT_EQ(probe_.malformed_requests.value(), 3u);
  // And the server is none the worse.
  EXPECT_EQ(Client().Ask("GET", "/healthz").status, 200);
}

TEST_F(HttpTest, AClientThatAsksFirstIsToldToGoOn) {
  HttpClient client = Client();
  client.Send(
      "POST /rooms/crisis/session HTTP/1.1\r\nHost: t\r\nContent-Type: application/sdp\r\n"
      "Authorization: Bearer " +
      Invitation() + "\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer().status, 100);
  client.Send("v=0\r\n");
  EXPECT_EQ(client.ReadAnswer().status, 201);
}

TEST_F(HttpTest, ConnectionsAreCappedPerAddress) {
  std::vector<HttpClient> held;
  for (int i = 0; i < 8; ++i) {
    held.push_back(Client());
    ASSERT_EQ(held.back().Ask("GET", "/healthz").status, 200);
  }
  EXPECT_EQ(Client().Ask("GET", "/healthz").status, 0);
  EXPECT_EQ(probe_.refused_connections.value(), 1u);
  held.pop_back();
  ASSERT_TRUE(Eventually([this] { return probe_.connections.value() == 7; }));
  EXPECT_EQ(Client().Ask("GET", "/healthz").status, 200);
}

class EventsTest : public HttpTest {
 protected:
  // An open stream, past its first message.
  HttpClient Follow(const std::string& session_id, std::string* first = nullptr) {
    HttpClient client = Client();
    const HttpAnswer answer = client.OpenWebSocket("/rooms/crisis/events?session=" + session_id,
                                                   "continuo.v1, " + Invitation());
    EXPECT_EQ(answer.status, 101) << answer.body;
    if (answer.status != 101) return client;
    EXPECT_EQ(answer.headers.at("sec-websocket-protocol"), "continuo.v1");
    const auto frame = client.ReadFrame();
    EXPECT_TRUE(frame);
    if (first != nullptr && frame) *first = frame->payload;
    return client;
  }
  static std::string SessionIdOf(const HttpAnswer& joined) {
    const std::string& location = joined.headers.at("location");
    return location.substr(location.rfind('/') + 1);
  }
};

TEST_F(EventsTest, APageSeesTheRoomAndEveryChange) {
  const std::string session = SessionIdOf(Join("Ana"));
  std::string first;
  HttpClient page = Follow(session, &first);
  EXPECT_THAT(first, HasSubstr(R"("type":"room")"));
  EXPECT_THAT(first, HasSubstr(R"("you":1)"));
  Join("Bao");
  const auto changed = page.ReadFrame();
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->opcode, HttpClient::kText);
  EXPECT_THAT(changed->payload, HasSubstr("Bao"));
}

TEST_F(EventsTest, AClosedTabIsNoticedAtOnce) {
  const std::string session = SessionIdOf(Join());
  {
    HttpClient page = Follow(session);
    EXPECT_TRUE(Eventually([this] { return conference_.presence.size() == 1; }));
    EXPECT_EQ(probe_.event_streams.value(), 1);
  }
  ASSERT_TRUE(Eventually([this] { return conference_.presence.size() == 2; }));
  EXPECT_THAT(conference_.presence, ElementsAre(Pair(session, true), Pair(session, false)));
  EXPECT_EQ(probe_.event_streams.value(), 0);
}

TEST_F(EventsTest, TheStreamEndsWithTheSession) {
  const std::string session = SessionIdOf(Join());
  HttpClient page = Follow(session);
  EXPECT_EQ(Client().Ask("DELETE", "/sessions/" + session).status, 200);
  const auto last = page.ReadFrame();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->payload, R"({"type":"ended"})");
  const auto closed = page.ReadFrame();
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->opcode, HttpClient::kClose);
  page.SendFrame(HttpClient::kClose, closed->payload);
  EXPECT_TRUE(page.EndedByServer());
}

TEST_F(EventsTest, WithoutAnInvitationThereIsNoStream) {
  EXPECT_EQ(Client().OpenWebSocket("/rooms/crisis/events", "continuo.v1, forged").status, 401);
  EXPECT_EQ(Client().OpenWebSocket("/rooms/crisis/events", "chat").status, 400);
  EXPECT_EQ(Client().OpenWebSocket("/elsewhere", "continuo.v1, x").status, 404);
  EXPECT_EQ(Client().Ask("GET", "/rooms/crisis/events").status, 426);
}

TEST_F(EventsTest, APageThatTalksTooMuchIsDropped) {
  HttpClient page = Follow("");
  std::string frame{static_cast<char>(0x81), static_cast<char>(0xfe), 0x40, 0x00, 0, 0, 0, 0};
  frame += std::string(0x4000, 'a');
  page.Send(frame);
  EXPECT_TRUE(page.EndedByServer());
  EXPECT_EQ(Client().Ask("GET", "/healthz").status, 200);
}

TEST_F(EventsTest, APageThatReadsNothingMissesStatesButNeverTheLast) {
  HttpClient page = Follow("");
  // Far more than sockets hold, while nobody reads.
  control_.Do([this] {
    for (int i = 0; i < 40; ++i) {
      conference_.Join({"crisis", std::string(64, 'x'), Rung::kHd, "v=0"}, [](auto) {});
    }
    for (int i = 0; i < 2000; ++i) conference_.Changed("crisis");
    EXPECT_TRUE(conference_.DeleteRoom("crisis"));
  });
  int states = 0;
  std::string last;
  while (const auto frame = page.ReadFrame()) {
    if (frame->opcode != HttpClient::kText) break;
    last = frame->payload;
    ++states;
  }
  EXPECT_EQ(last, R"({"type":"deleted"})");
  EXPECT_LT(states, 1000);
}

TEST_F(EventsTest, StoppingTheServerEndsWhatIsOpen) {
  HttpClient page = Follow(SessionIdOf(Join()));
  HttpClient idle = Client();
  EXPECT_EQ(idle.Ask("GET", "/healthz").status, 200);
  control_.Do([this] { server_.reset(); });
  EXPECT_TRUE(page.EndedByServer());
  EXPECT_TRUE(idle.EndedByServer());
  EXPECT_TRUE(Eventually([this] { return conference_.subscriptions() == 0; }));
}

TEST_F(HttpTest, ABusyPortIsSaidInOneLine) {
  HttpServerOptions same = options_;
  same.port = server_->port();
  const auto second = control_.Do(
      [&] { return HttpServer::Start(control_.loop(), conference_, invitations_, probe_, same); });
  ASSERT_FALSE(second);
  EXPECT_THAT(ToString(second.error()), HasSubstr("127.0.0.1 port " + std::to_string(same.port)));
  EXPECT_THAT(ToString(second.error()), Not(HasSubstr("\n")));
}

TEST_F(HttpTest, PlainHttpStaysOnTheMachine) {
  HttpServerOptions open = options_;
  open.address = "0.0.0.0";
  const auto server = control_.Do(
      [&] { return HttpServer::Start(control_.loop(), conference_, invitations_, probe_, open); });
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(HttpTest, MetricsHaveAListenerOfTheirOwn) {
  MetricRegistry registry;
  probe_.Register(registry);
  std::unique_ptr<MetricsServer> metrics;
  control_.Do([&] {
    auto started = MetricsServer::Start(control_.loop(), registry, probe_, "127.0.0.1", 0);
    ASSERT_TRUE(started);
    metrics = std::move(*started);
  });
  EXPECT_EQ(Client().Ask("GET", "/healthz").status, 200);
  const HttpAnswer scrape = HttpClient(metrics->port()).Ask("GET", "/metrics");
  EXPECT_EQ(scrape.status, 200);
  EXPECT_THAT(scrape.body, HasSubstr("continuo_http_responses_total{class=\"ok\"} 1\n"));
  EXPECT_EQ(Client().Ask("GET", "/metrics").status, 404);
  control_.Do([&] { metrics.reset(); });
}

}  // namespace
}  // namespace continuo
