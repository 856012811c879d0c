// SPDX-License-Identifier: Apache-2.0
#include "api/room_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "crypto/init.h"
#include "tests/support/fake_conference.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr int64_t kNow = 1'700'000'000;

class Page : public EventStream {
 public:
  void Send(std::string text) override { received.push_back(std::move(text)); }
  void Close() override { closed = true; }
  std::vector<std::string> received;
  bool closed = false;
};

class RoomEventsTest : public ::testing::Test {
 protected:
  RoomEventsTest() { EXPECT_TRUE(conference_.CreateRoom("crisis")); }

  // Ana joins; her session id is "secret-<n>".
  std::string Join(std::string_view name) {
    std::string id;
    conference_.Join({"crisis", std::string(name), Rung::kHd, "v=0"}, [&](auto answer) {
      id = answer->session_id;
      sessions_.Add(id, {"crisis", answer->participant, "\"e\"", "u", 0});
    });
    return id;
  }
  HttpRequest Upgrade(const std::string& session_id, std::string_view room = "crisis") {
    HttpRequest request;
    request.method = HttpMethod::kGet;
    request.path = {"rooms", "crisis", "events"};
    if (!session_id.empty()) request.query = {{"session", session_id}};
    request.websocket_protocols =
        "continuo.v1, " + *invitations_.Make(room, "Ana", TimeDelta::Seconds(60), kNow);
    return request;
  }
  int RefusedWith(const HttpRequest& request) {
    const auto feed = events_->Open(request);
    return feed ? 0 : feed.error().status;
  }

  const Status ready_ = InitCrypto();
  const SigningKey key_ = SigningKey::Generate();
  const Invitations invitations_{key_};
  FakeConference conference_;
  SessionTable sessions_{conference_};
  std::optional<RoomEvents> events_{std::in_place, conference_, invitations_, sessions_,
                                    [] { return kNow; }};
};

TEST_F(RoomEventsTest, BeginsWithTheRoomAsItIs) {
  const std::string session = Join("Ana \"A\"");
  Page page;
  auto feed = events_->Open(Upgrade(session));
  ASSERT_TRUE(feed);
  (*feed)->Opened(page);
  EXPECT_THAT(
      page.received,
      ElementsAre(
          R"({"type":"room","canvas":{"width":1280,"height":720},)"
          R"("tiles":[{"participant":1,"name":"Ana \"A\"","x":0,"y":0,"width":640,"height":360}],)"
          R"("participants":[{"participant":1,"name":"Ana \"A\"","rendition":"hd","codec":"vp8",)"
          R"("sends_audio":true,"sends_video":true}],"you":1})"));
}

TEST_F(RoomEventsTest, TellsEveryChange) {
  Page page;
  auto feed = events_->Open(Upgrade(Join("Ana")));
  (*feed)->Opened(page);
  Join("Bao");
  ASSERT_EQ(page.received.size(), 2u);
  EXPECT_THAT(page.received[1], HasSubstr("Bao"));
  EXPECT_THAT(page.received[1], HasSubstr("\"you\":1"));
}

TEST_F(RoomEventsTest, SomebodyWithoutASessionMayLookOn) {
  Page page;
  auto feed = events_->Open(Upgrade(""));
  ASSERT_TRUE(feed);
  (*feed)->Opened(page);
  EXPECT_THAT(page.received.at(0), HasSubstr("\"you\":null"));
  EXPECT_TRUE(conference_.presence.empty());
}

TEST_F(RoomEventsTest, WhoMayNotListenIsTurnedAway) {
  HttpRequest bare = Upgrade("");
  bare.websocket_protocols = "continuo.v1";
  EXPECT_EQ(RefusedWith(bare), 401);
  bare.websocket_protocols = "";
  EXPECT_EQ(RefusedWith(bare), 400);
  bare.websocket_protocols = "continuo.v1, forged";
  EXPECT_EQ(RefusedWith(bare), 401);
  EXPECT_EQ(RefusedWith(Upgrade("", "kitchen")), 403);
  EXPECT_EQ(RefusedWith(Upgrade("secret-99")), 404);
  HttpRequest elsewhere = Upgrade("");
  elsewhere.path = {"rooms", "crisis", "secrets"};
  EXPECT_EQ(RefusedWith(elsewhere), 404);
}

TEST_F(RoomEventsTest, TheConferenceHearsWhenThePageComesAndGoes) {
  const std::string session = Join("Ana");
  Page page;
  auto feed = events_->Open(Upgrade(session));
  EXPECT_TRUE(conference_.presence.empty());
  (*feed)->Opened(page);
  EXPECT_THAT(conference_.presence, ElementsAre(Pair(session, true)));
  feed->reset();
  EXPECT_THAT(conference_.presence, ElementsAre(Pair(session, true), Pair(session, false)));
  EXPECT_EQ(conference_.subscriptions(), 0u);
}

TEST_F(RoomEventsTest, APageThatReconnectsBeforeItsOldStreamDiedNeverLeft) {
  const std::string session = Join("Ana");
  Page old_page, new_page;
  auto old_feed = events_->Open(Upgrade(session));
  (*old_feed)->Opened(old_page);
  auto new_feed = events_->Open(Upgrade(session));
  (*new_feed)->Opened(new_page);
  old_feed->reset();
  EXPECT_THAT(conference_.presence, ElementsAre(Pair(session, true)));
}

TEST_F(RoomEventsTest, SaysWhenYourSessionIsOver) {
  const std::string session = Join("Ana");
  Page page;
  auto feed = events_->Open(Upgrade(session));
  (*feed)->Opened(page);
  EXPECT_TRUE(conference_.RemoveParticipant("crisis", ParticipantId(1)));
  EXPECT_EQ(page.received.back(), R"({"type":"ended"})");
  EXPECT_TRUE(page.closed);
}

TEST_F(RoomEventsTest, SaysWhenTheRoomIsDeleted) {
  Page page;
  auto feed = events_->Open(Upgrade(""));
  (*feed)->Opened(page);
  EXPECT_TRUE(conference_.DeleteRoom("crisis"));
  EXPECT_EQ(page.received.back(), R"({"type":"deleted"})");
  EXPECT_TRUE(page.closed);
}

TEST_F(RoomEventsTest, StreamsThatOutliveItFallSilent) {
  Page page;
  auto feed = events_->Open(Upgrade(Join("Ana")));
  (*feed)->Opened(page);
  events_.reset();
  EXPECT_EQ(conference_.subscriptions(), 0u);
  Join("Bao");
  EXPECT_EQ(page.received.size(), 1u);
  feed->reset();
}

}  // namespace
}  // namespace continuo
