// SPDX-License-Identifier: Apache-2.0
#include "transport/session/session_mux.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "crypto/certificate.h"
#include "crypto/init.h"
#include "tests/support/datagram_recorder.h"
#include "transport/dtls/dtls_transport.h"
#include "transport/ice/stun_key.h"
#include "transport/rx/receive_arena.h"
#include "transport/wire/stun.h"

namespace continuo {
namespace {

using test::DatagramRecorder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const SocketAddress kAlice = SocketAddress::Ipv4({192, 0, 2, 7}, 5000);
const SocketAddress kBob = SocketAddress::Ipv4({192, 0, 2, 8}, 5000);
const SocketAddress kMallory = SocketAddress::Ipv4({203, 0, 113, 66}, 7000);
constexpr ShardIndex kThisShard(1);
constexpr ShardIndex kOtherShard(2);

struct Ears final : SessionObserver {
  void OnConnected() override {}
  void OnVideoFrame(const EncodedFrame&) override {}
  void OnAudioPacket(const AudioPacket&, std::optional<AudioLevel>) override {}
  void OnKeyFrameRequested() override {}
  void OnClosed(CloseReason reason) override { closed = reason; }
  std::optional<CloseReason> closed;
};

struct RecordedNeighbours final : ShardNeighbours {
  void PassOn(ShardIndex to, const SocketAddress& from, ByteView datagram) override {
    passed_on.push_back({to, from, {datagram.begin(), datagram.end()}});
  }
  void Announce(ShardIndex to, const SocketAddress& address) override {
    announced.emplace_back(to, address);
  }
  struct Datagram {
    ShardIndex to;
    SocketAddress from;
    std::vector<uint8_t> bytes;
  };
  std::vector<Datagram> passed_on;
  std::vector<std::pair<ShardIndex, SocketAddress>> announced;
};

class SessionMuxTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(InitCrypto()); }

  SessionMuxTest() {
    certificate_.emplace(*Certificate::MakeForDtls(UnixSeconds()));
    dtls_ = *DtlsContext::Create(*certificate_);
  }

  // A session of this shard; returns its credentials.
  LocalDescription Add(const std::string& remote_ufrag) {
    auto local = MakeLocalDescription(kThisShard, certificate_->fingerprint(), {});
    NegotiatedMedia media;
    media.remote_ice = {remote_ufrag, "clientpasswordclientpass"};
    media.audio = NegotiatedAudio{.mid = "0", .payload_type = 111, .receives = true};
    auto session = Session::Create({SessionRole::kServer, local, media, DataRate()},
                                   {*dtls_, sink_, arena_, probe_}, ears_, now_);
    last_added_ = session->get();
    EXPECT_TRUE(mux_.Add(std::move(*session)));
    return local;
  }

  static std::vector<uint8_t> Check(const IceCredentials& server, const std::string& client_ufrag,
                                    const std::string& password) {
    std::array<uint8_t, 200> buffer{};
    StunWriter writer(StunType::kBindingRequest, {}, buffer);
    writer.Username(server.ufrag + ":" + client_ufrag);
    writer.Priority(1);
    writer.IceControlling(1);
    writer.UseCandidate();
    StunKey(password).Seal(writer);
    return {writer.message().begin(), writer.message().end()};
  }
  void Receive(const SocketAddress& from, std::vector<uint8_t> bytes) {
    mux_.OnDatagram(from, bytes, now_);
  }
  void Prove(const SocketAddress& at, const LocalDescription& local, const std::string& ufrag) {
    Receive(at, Check(local.ice, ufrag, local.ice.pwd));
    ASSERT_THAT(sink_.Take(), SizeIs(1)) << "answered";
  }

  Timestamp now_ = Timestamp::Millis(1'000'000);
  std::optional<Certificate> certificate_;
  std::unique_ptr<DtlsContext> dtls_;
  DatagramRecorder sink_;
  ReceiveArena arena_{64};
  TransportProbe probe_;
  SessionMuxProbe mux_probe_;
  Ears ears_;
  RecordedNeighbours neighbours_;
  SessionMux mux_{kThisShard, {.sessions = 3, .foreign_addresses = 2}, neighbours_, mux_probe_};
  Session* last_added_ = nullptr;
  const std::vector<uint8_t> media_ = std::vector<uint8_t>(40, 0x80);
};

TEST_F(SessionMuxTest, FindsTheSessionByTheUfragAndThenByTheAddress) {
  const auto alice = Add("alic");
  const Session* alices = last_added_;
  const auto bob = Add("bobb");
  const Session* bobs = last_added_;
  Prove(kAlice, alice, "alic");
  Prove(kBob, bob, "bobb");
  EXPECT_EQ(alices->peer_address(), kAlice);
  EXPECT_EQ(bobs->peer_address(), kBob);
  Receive(kAlice, media_);
  EXPECT_EQ(probe_.session.early.value(), 1u) << "reached a session: there are no keys yet";
  EXPECT_EQ(mux_probe_.unknown_source.value(), 0u);
}

TEST_F(SessionMuxTest, AStrangerIsNotAnswered) {
  const auto alice = Add("alic");
  Receive(kMallory, media_);
  Receive(kMallory, Check({"Bnobodyy", ""}, "mall", "guess"));
  Receive(kMallory, std::vector<uint8_t>(20, 0));
  EXPECT_THAT(sink_.Take(), IsEmpty());
  EXPECT_EQ(mux_probe_.unknown_source.value(), 1u);
  EXPECT_EQ(mux_probe_.unknown_ufrag.value(), 2u);
}

TEST_F(SessionMuxTest, AFailedCheckOpensNoWay) {
  const auto alice = Add("alic");
  Receive(kMallory, Check(alice.ice, "alic", "guess"));
  Receive(kMallory, media_);
  EXPECT_EQ(mux_probe_.unknown_source.value(), 1u);
}

TEST_F(SessionMuxTest, AnAddressBelongsToWhoProvedItLast) {
  const auto alice = Add("alic");
  const auto bob = Add("bobb");
  Session* bobs = last_added_;
  Prove(kAlice, alice, "alic");
  Prove(kAlice, bob, "bobb");  // the same NAT binding, used anew
  bobs->Close();
  now_ += SessionMux::kTick;
  mux_.OnTimer(now_);
  Receive(kAlice, media_);
  EXPECT_EQ(mux_probe_.unknown_source.value(), 1u) << "gone with its session";
}

TEST_F(SessionMuxTest, LetsGoOfAClosedSession) {
  const auto alice = Add("alic");
  Prove(kAlice, alice, "alic");
  last_added_->Close();
  EXPECT_EQ(ears_.closed, CloseReason::kLocal);
  now_ += SessionMux::kTick;
  mux_.OnTimer(now_);
  EXPECT_EQ(mux_.size(), 0u);
  EXPECT_EQ(mux_probe_.sessions.value(), 0);
  EXPECT_TRUE(mux_.NextDeadline().IsInfinite());
  Receive(kAlice, Check(alice.ice, "alic", alice.ice.pwd));
  EXPECT_EQ(mux_probe_.unknown_ufrag.value(), 1u);
}

TEST_F(SessionMuxTest, WakesSessionsInTime) {
  Add("alic");
  EXPECT_LE(mux_.NextDeadline(), now_ + SessionMux::kTick);
  now_ += Session::kHandshakeTimeout;
  mux_.OnTimer(now_);
  EXPECT_EQ(ears_.closed, CloseReason::kHandshakeTimeout);
  EXPECT_EQ(mux_.size(), 0u);
}

TEST_F(SessionMuxTest, RefusesMoreSessionsThanItMayHave) {
  for (const char* ufrag : {"aaaa", "bbbb", "cccc"}) Add(ufrag);
  EXPECT_TRUE(mux_.full());
  auto session = Session::Create(
      {SessionRole::kServer, MakeLocalDescription(kThisShard, {}, {}), {}, DataRate()},
      {*dtls_, sink_, arena_, probe_}, ears_, now_);
  const auto added = mux_.Add(std::move(*session));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(mux_probe_.sessions_refused.value(), 1u);
}

TEST_F(SessionMuxTest, PassesOnWhatIsAnotherShards) {
  const auto elsewhere = MakeLocalDescription(kOtherShard, {}, {});
  const auto check = Check(elsewhere.ice, "alic", elsewhere.ice.pwd);
  Receive(kAlice, check);
  ASSERT_THAT(neighbours_.passed_on, SizeIs(1));
  EXPECT_EQ(neighbours_.passed_on[0].to, kOtherShard);
  EXPECT_EQ(neighbours_.passed_on[0].from, kAlice);
  EXPECT_EQ(neighbours_.passed_on[0].bytes, check);

  Receive(kAlice, media_);
  EXPECT_THAT(neighbours_.passed_on, SizeIs(1)) << "a check alone proves nothing";
  mux_.OnAnnounced(kOtherShard, kAlice);
  Receive(kAlice, media_);
  ASSERT_THAT(neighbours_.passed_on, SizeIs(2));
  EXPECT_EQ(neighbours_.passed_on[1].bytes, media_);
}

TEST_F(SessionMuxTest, TakesInWhatWasPassedOnAndSaysWhoseItIs) {
  const auto alice = Add("alic");
  auto check = Check(alice.ice, "alic", "guess");
  mux_.OnPassedOn(kOtherShard, kMallory, check, now_);
  EXPECT_THAT(neighbours_.announced, IsEmpty());
  check = Check(alice.ice, "alic", alice.ice.pwd);
  mux_.OnPassedOn(kOtherShard, kAlice, check, now_);
  EXPECT_THAT(neighbours_.announced, ElementsAre(std::pair(kOtherShard, kAlice)));
  auto media = media_;
  mux_.OnPassedOn(kOtherShard, kAlice, media, now_);
  EXPECT_EQ(probe_.session.early.value(), 1u);
}

TEST_F(SessionMuxTest, NothingIsPassedOnTwice) {
  const auto elsewhere = MakeLocalDescription(kOtherShard, {}, {});
  auto check = Check(elsewhere.ice, "alic", elsewhere.ice.pwd);
  mux_.OnPassedOn(ShardIndex(3), kAlice, check, now_);
  EXPECT_THAT(neighbours_.passed_on, IsEmpty()) << "or two shards could play ping-pong";
}

TEST_F(SessionMuxTest, RemembersFewForeignAddressesAndNoneOfItsOwn) {
  const auto alice = Add("alic");
  Prove(kAlice, alice, "alic");
  mux_.OnAnnounced(kOtherShard, kAlice);
  Receive(kAlice, media_);
  EXPECT_THAT(neighbours_.passed_on, IsEmpty());
  for (uint16_t port = 1; port <= 10; ++port) mux_.OnAnnounced(kOtherShard, kBob.WithPort(port));
  for (uint16_t port = 1; port <= 10; ++port) Receive(kBob.WithPort(port), media_);
  EXPECT_THAT(neighbours_.passed_on, SizeIs(2));
}

TEST_F(SessionMuxTest, AFloodOfChecksFromOneHostIsCut) {
  const auto alice = Add("alic");
  const auto guess = Check(alice.ice, "alic", "guess");
  for (int i = 0; i < StunRateLimit::kBurst + 100; ++i) Receive(kMallory, guess);
  EXPECT_EQ(mux_probe_.rate_limited.value(), 100u);
  sink_.sent.clear();
  Prove(kAlice, alice, "alic");
}

}  // namespace
}  // namespace continuo
