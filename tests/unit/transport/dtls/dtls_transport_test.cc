// SPDX-License-Identifier: Apache-2.0
#include "transport/dtls/dtls_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "tests/support/openssl_clock.h"
#include "tests/unit/transport/dtls/openssl_browser.h"

namespace continuo {
namespace {

using Datagram = std::vector<uint8_t>;
using testing::Each;
using testing::SizeIs;

constexpr TimeDelta kDelay = TimeDelta::Millis(20);
constexpr int64_t kUnixNow = 1'790'000'000;

enum class Way { kToServer, kToClient };

// Two hosts, 20 ms apart, in virtual time; what may go wrong on the way is up to the test.
class Wire {
 public:
  using Fate = std::function<TimeDelta(Way way, int number)>;  // infinite: lost

  void Send(Way way, ByteView bytes) {
    sent_[way].emplace_back(bytes.begin(), bytes.end());
    const TimeDelta extra = fate_(way, static_cast<int>(sent_[way].size()));
    if (extra == TimeDelta::Infinite()) return;
    on_the_way_.emplace(now_ + kDelay + extra, std::pair(way, sent_[way].back()));
  }
  void SetFate(Fate fate) { fate_ = std::move(fate); }
  const std::vector<Datagram>& sent(Way way) { return sent_[way]; }
  Timestamp now() const { return now_; }

  // Moves on by up to `step`, or to the next arrival; hands over what has arrived.
  void Advance(TimeDelta step, const std::function<void(Way, ByteView)>& deliver) {
    now_ += step;
    if (!on_the_way_.empty()) now_ = std::min(now_, on_the_way_.begin()->first);
    OpenSslClock::Set(now_);
    while (!on_the_way_.empty() && on_the_way_.begin()->first <= now_) {
      const auto [way, datagram] = on_the_way_.begin()->second;
      on_the_way_.erase(on_the_way_.begin());
      deliver(way, datagram);
    }
  }

 private:
  Timestamp now_ = Timestamp::Millis(1000);
  Fate fate_ = [](Way, int) { return TimeDelta(); };
  std::multimap<Timestamp, std::pair<Way, Datagram>> on_the_way_;
  std::map<Way, std::vector<Datagram>> sent_;
};

// One end of ours, and what it has reported.
class Endpoint : public DtlsObserver {
 public:
  Endpoint(Wire& wire, Way sends) : wire_(wire), sends_(sends) {}

  void Create(DtlsRole role, const Fingerprint& peer) {
    transport_ = *DtlsTransport::Create(*context_, role, peer, this, &probe_);
  }
  DtlsTransport& transport() { return *transport_; }
  const Fingerprint& fingerprint() const { return certificate_.fingerprint(); }

  void OnDtlsDatagram(ByteView datagram) override { wire_.Send(sends_, datagram); }
  void OnDtlsConnected(SrtpKeys srtp_keys) override { keys = std::move(srtp_keys); }
  void OnDtlsFailed(std::string_view reason) override { failure = reason; }
  void OnDtlsClosed() override { closed = true; }

  DtlsProbe probe_;
  std::optional<SrtpKeys> keys;
  std::string failure;
  bool closed = false;

 private:
  Wire& wire_;
  Way sends_;
  Certificate certificate_ = *Certificate::MakeForDtls(kUnixNow);
  std::unique_ptr<DtlsContext> context_ = *DtlsContext::Create(certificate_);
  std::unique_ptr<DtlsTransport> transport_;
};

std::vector<uint8_t> Concatenated(const SrtpKeys& keys) {
  std::vector<uint8_t> all;
  for (const SecretBytes* part :
       {&keys.client.key, &keys.server.key, &keys.client.salt, &keys.server.salt}) {
    all.insert(all.end(), part->view().begin(), part->view().end());
  }
  return all;
}

// A browser calls our server.
class BrowserCall {
 public:
  BrowserCall() { OpenSslClock::Set(wire_.now()); }

  void Call(OpenSslBrowser::Traits traits = {}, std::optional<Fingerprint> in_sdp = {}) {
    browser_.emplace(traits, [this](ByteView bytes) { wire_.Send(Way::kToServer, bytes); });
    server_.Create(DtlsRole::kServer, in_sdp.value_or(browser_->fingerprint()));
    browser_->Start();
  }
  void RunFor(TimeDelta time) {
    RunUntil([] { return false; }, time);
  }
  bool RunUntil(const std::function<bool()>& done, TimeDelta at_most = TimeDelta::Seconds(10)) {
    const Timestamp end = wire_.now() + at_most;
    while (!done() && wire_.now() < end) {
      wire_.Advance(TimeDelta::Millis(10), [&](Way way, ByteView bytes) {
        if (way == Way::kToServer) server_.transport().OnDatagram(bytes, wire_.now());
        if (way == Way::kToClient) browser_->OnDatagram(bytes);
      });
      browser_->OnTick();
      server_.transport().OnTimer(wire_.now());
    }
    return done();
  }
  bool BothConnected() { return server_.keys.has_value() && browser_->connected(); }

  Wire wire_;
  Endpoint server_{wire_, Way::kToClient};
  std::optional<OpenSslBrowser> browser_;
};

class DtlsServer : public testing::Test, protected BrowserCall {};

TEST_F(DtlsServer, AgreesOnKeysWithABrowser) {
  Call();
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  EXPECT_TRUE(server_.transport().connected());
  EXPECT_EQ(browser_->KeyingMaterial(88), Concatenated(*server_.keys));
  EXPECT_EQ(browser_->PeerFingerprint(), server_.fingerprint());
  EXPECT_TRUE(browser_->has_extended_master_secret());
  EXPECT_EQ(wire_.now() - Timestamp::Millis(1000), kDelay * 4) << "two round trips";
  EXPECT_EQ(server_.probe_.handshakes_completed.value(), 1u);
}

TEST_F(DtlsServer, TakesAClientHelloOfTwoDatagrams) {
  Call();
  EXPECT_THAT(wire_.sent(Way::kToServer), SizeIs(2));
  EXPECT_TRUE(RunUntil([&] { return BothConnected(); }));
  EXPECT_EQ(server_.transport().NextDeadline(), Timestamp::Infinite());
}

TEST_F(DtlsServer, SendsNoDatagramLongerThan1200Bytes) {
  Call();
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  EXPECT_THAT(wire_.sent(Way::kToClient), Each(SizeIs(testing::Le(kMaxDtlsDatagram))));
}

TEST_F(DtlsServer, PrefersItsOwnOrderOfProfiles) {
  Call();
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  EXPECT_EQ(server_.keys->profile, SrtpProfile::kAeadAes256Gcm);
  EXPECT_EQ(browser_->profile(), "SRTP_AEAD_AES_256_GCM");
}

TEST_F(DtlsServer, TakesTheProfileThatThereIs) {
  Call({.profiles = "SRTP_AES128_CM_SHA1_80:SRTP_AES128_CM_SHA1_32"});
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  EXPECT_EQ(server_.keys->profile, SrtpProfile::kAes128CmSha1_80);
  EXPECT_EQ(browser_->KeyingMaterial(60), Concatenated(*server_.keys));
}

TEST_F(DtlsServer, SurvivesTheLossOfAnyOneDatagram) {
  for (const Way way : {Way::kToServer, Way::kToClient}) {
    for (int lost = 1; lost <= 12; ++lost) {
      SCOPED_TRACE(testing::Message() << "way " << static_cast<int>(way) << ", datagram " << lost);
      BrowserCall call;
      call.wire_.SetFate([&](Way w, int number) {
        return w == way && number == lost ? TimeDelta::Infinite() : TimeDelta();
      });
      call.Call();
      ASSERT_TRUE(call.RunUntil([&] { return call.BothConnected(); }, TimeDelta::Seconds(5)));
      ASSERT_EQ(call.browser_->KeyingMaterial(88), Concatenated(*call.server_.keys));
    }
  }
}

TEST_F(DtlsServer, SurvivesAnyOneDatagramBeingLate) {
  for (const Way way : {Way::kToServer, Way::kToClient}) {
    for (int late = 1; late <= 12; ++late) {
      for (const int ms : {5, 100, 900}) {
        SCOPED_TRACE(testing::Message() << "datagram " << late << " by " << ms << " ms");
        BrowserCall call;
        call.wire_.SetFate([&](Way w, int number) {
          return w == way && number == late ? TimeDelta::Millis(ms) : TimeDelta();
        });
        call.Call();
        ASSERT_TRUE(call.RunUntil([&] { return call.BothConnected(); }, TimeDelta::Seconds(5)));
      }
    }
  }
}

TEST_F(DtlsServer, SurvivesHeavyLossAndReordering) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    BrowserCall call;
    Prng random(seed);
    call.wire_.SetFate([&](Way, int) {
      return random.Unit() < 0.3 ? TimeDelta::Infinite()
                                 : TimeDelta::Millis(static_cast<int64_t>(random.Unit() * 200));
    });
    call.Call();
    EXPECT_TRUE(call.RunUntil([&] { return call.BothConnected(); }, TimeDelta::Seconds(60)))
        << "seed " << seed;
  }
}

TEST_F(DtlsServer, RepeatsItsFlightSoonAndThenLessOften) {
  wire_.SetFate(
      [](Way way, int) { return way == Way::kToClient ? TimeDelta::Infinite() : TimeDelta(); });
  Call({.key_share_bytes = 0});
  RunFor(kDelay + TimeDelta::Millis(10));
  const size_t flight = wire_.sent(Way::kToClient).size();
  ASSERT_GT(flight, 0u);
  EXPECT_LE(server_.transport().NextDeadline() - wire_.now(), TimeDelta::Millis(400));
  browser_.emplace(BrowserTraits{}, [](ByteView) {});  // and is never heard of again
  RunFor(TimeDelta::Millis(450));
  EXPECT_EQ(wire_.sent(Way::kToClient).size(), 2 * flight);
  RunFor(TimeDelta::Millis(800));
  EXPECT_EQ(wire_.sent(Way::kToClient).size(), 3 * flight);
  EXPECT_EQ(server_.probe_.retransmissions.value(), 2u);
}

TEST_F(DtlsServer, GivesNoKeysToAnotherCertificate) {
  const Fingerprint somebody_else = Certificate::MakeForDtls(kUnixNow)->fingerprint();
  Call({}, somebody_else);
  RunFor(TimeDelta::Seconds(5));
  EXPECT_FALSE(server_.keys.has_value());
  EXPECT_FALSE(browser_->connected());
  EXPECT_TRUE(browser_->failed()) << "it is told";
  EXPECT_THAT(server_.failure, testing::HasSubstr("certificate"));
  EXPECT_EQ(server_.probe_.fingerprint_mismatches.value(), 1u);
}

TEST_F(DtlsServer, GivesNoKeysWithoutACertificate) {
  Call({.shows_certificate = false});
  RunFor(TimeDelta::Seconds(5));
  EXPECT_FALSE(server_.keys.has_value());
  EXPECT_FALSE(browser_->connected());
}

TEST_F(DtlsServer, FailsWithoutACommonProfile) {
  Call({.offers_srtp = false});
  RunFor(TimeDelta::Seconds(1));
  EXPECT_FALSE(server_.keys.has_value());
  EXPECT_THAT(server_.failure, testing::HasSubstr("profile"));
}

TEST_F(DtlsServer, RefusesOldCryptography) {
  for (const OpenSslBrowser::Traits& traits :
       {OpenSslBrowser::Traits{.ciphers = "ALL", .version = DTLS1_VERSION},
        OpenSslBrowser::Traits{.ciphers = "ECDHE-ECDSA-AES128-SHA"},
        OpenSslBrowser::Traits{.ciphers = "ECDHE-RSA-AES128-GCM-SHA256"},
        OpenSslBrowser::Traits{.ciphers = "AECDH-NULL-SHA"}}) {
    BrowserCall call;
    call.Call(traits);
    call.RunFor(TimeDelta::Millis(100));
    EXPECT_FALSE(call.server_.keys.has_value());
    EXPECT_GT(call.server_.probe_.handshakes_abandoned.value(), 0u);
  }
}

TEST_F(DtlsServer, AForgedClientHelloDoesNotEndTheCall) {
  std::vector<Datagram> forged;
  OpenSslBrowser attacker({.ciphers = "AECDH-NULL-SHA", .key_share_bytes = 0},
                          [&](ByteView bytes) { forged.emplace_back(bytes.begin(), bytes.end()); });
  attacker.Start();
  Call();
  for (const Datagram& datagram : forged) server_.transport().OnDatagram(datagram, wire_.now());
  EXPECT_THAT(wire_.sent(Way::kToClient), SizeIs(0)) << "no alert to the real browser";
  EXPECT_TRUE(RunUntil([&] { return BothConnected(); }));
}

TEST_F(DtlsServer, PatienceWithForgeriesEnds) {
  std::vector<Datagram> forged;
  OpenSslBrowser attacker({.ciphers = "AECDH-NULL-SHA", .key_share_bytes = 0},
                          [&](ByteView bytes) { forged.emplace_back(bytes.begin(), bytes.end()); });
  attacker.Start();
  Call();
  for (int i = 0; i < DtlsTransport::kMaxAttempts; ++i) {
    EXPECT_EQ(server_.failure, "") << i;
    server_.transport().OnDatagram(forged.front(), wire_.now());
  }
  EXPECT_NE(server_.failure, "");
  server_.transport().OnDatagram(forged.front(), wire_.now());
  EXPECT_EQ(server_.probe_.handshakes_abandoned.value(),
            static_cast<uint64_t>(DtlsTransport::kMaxAttempts));
}

TEST_F(DtlsServer, IgnoresGarbage) {
  Prng random(5);
  const auto garbage = [&] {
    Datagram bytes(random.Next() % 200);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.Next());
    if (!bytes.empty()) bytes[0] = static_cast<uint8_t>(20 + random.Next() % 44);
    server_.transport().OnDatagram(bytes, wire_.now());
  };
  Call();
  ASSERT_TRUE(RunUntil([&] {
    for (int i = 0; i < 50; ++i) garbage();
    return BothConnected();
  }));
  for (int i = 0; i < 1000; ++i) garbage();
  server_.transport().OnDatagram(Datagram(5000, 22), wire_.now());
  EXPECT_GT(server_.probe_.malformed.value(), 1000u);
  EXPECT_TRUE(server_.transport().connected());
}

TEST_F(DtlsServer, IgnoresDamagedRecords) {
  Prng random(6);
  size_t seen = 0;
  Call();
  // Every datagram also arrives before its time with one bit flipped, in its body.
  ASSERT_TRUE(RunUntil([&] {
    for (const auto& sent = wire_.sent(Way::kToServer); seen < sent.size(); ++seen) {
      if (sent[seen][0] != 23 && sent[seen][4] == 0) continue;  // in the clear: means what it says
      Datagram damaged = sent[seen];
      damaged[13 + random.Next() % (damaged.size() - 13)] ^= 1;
      server_.transport().OnDatagram(damaged, wire_.now());
    }
    return BothConnected();
  }));
}

TEST_F(DtlsServer, IgnoresAlertsInTheClearOnceConnected) {
  Call();
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  for (const uint8_t description : {0, 40, 10}) {  // close_notify, handshake_failure, unexpected
    const Datagram alert{21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, description};
    server_.transport().OnDatagram(alert, wire_.now());
  }
  EXPECT_TRUE(server_.transport().connected());
  EXPECT_FALSE(server_.closed);
}

TEST_F(DtlsServer, RefusesToRenegotiate) {
  Call();
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  const auto keys = Concatenated(*server_.keys);
  browser_->Renegotiate();
  RunFor(TimeDelta::Seconds(2));
  EXPECT_EQ(Concatenated(*server_.keys), keys);
  EXPECT_EQ(server_.probe_.handshakes_completed.value(), 1u);
  EXPECT_EQ(server_.failure, "");
}

TEST_F(DtlsServer, CountsDataThatNobodyAskedFor) {
  Call();
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  browser_->Write("hello");
  RunFor(TimeDelta::Millis(100));
  EXPECT_EQ(server_.probe_.unexpected_data.value(), 1u);
  EXPECT_TRUE(server_.transport().connected());
}

TEST_F(DtlsServer, HearsTheBrowserLeave) {
  Call();
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  browser_->Close();
  EXPECT_TRUE(RunUntil([&] { return server_.closed; }));
  EXPECT_FALSE(server_.transport().connected());
}

TEST_F(DtlsServer, TellsTheBrowserWhenItLeaves) {
  Call();
  ASSERT_TRUE(RunUntil([&] { return BothConnected(); }));
  server_.transport().Close();
  EXPECT_TRUE(RunUntil([&] { return browser_->closed_by_peer(); }));
  EXPECT_FALSE(server_.closed) << "it knows";
  const size_t sent = wire_.sent(Way::kToClient).size();
  browser_->Write("still there?");
  RunFor(TimeDelta::Seconds(1));
  EXPECT_EQ(wire_.sent(Way::kToClient).size(), sent);
}

// `continuo join` calls our server: both ends are ours.
class OwnCall {
 public:
  void Call(std::optional<Fingerprint> of_server = {}) {
    OpenSslClock::Set(wire_.now());
    server_.Create(DtlsRole::kServer, client_.fingerprint());
    client_.Create(DtlsRole::kClient, of_server.value_or(server_.fingerprint()));
    client_.transport().Start(wire_.now());
  }
  void RunFor(TimeDelta time) {
    const Timestamp end = wire_.now() + time;
    while (wire_.now() < end) {
      // Only deadlines and arrivals: nobody polls.
      const Timestamp deadline =
          std::min(client_.transport().NextDeadline(), server_.transport().NextDeadline());
      wire_.Advance(std::min(deadline, end) - wire_.now(), [&](Way way, ByteView bytes) {
        Endpoint& to = way == Way::kToServer ? server_ : client_;
        to.transport().OnDatagram(bytes, wire_.now());
      });
      client_.transport().OnTimer(wire_.now());
      server_.transport().OnTimer(wire_.now());
    }
  }

  Wire wire_;
  Endpoint server_{wire_, Way::kToClient};
  Endpoint client_{wire_, Way::kToServer};
};

class DtlsPair : public testing::Test, protected OwnCall {};

TEST_F(DtlsPair, AgreesOnTheBestProfile) {
  Call();
  RunFor(TimeDelta::Seconds(1));
  ASSERT_TRUE(client_.keys.has_value() && server_.keys.has_value());
  EXPECT_EQ(client_.keys->profile, SrtpProfile::kAeadAes256Gcm);
  EXPECT_EQ(Concatenated(*client_.keys), Concatenated(*server_.keys));
  EXPECT_EQ(client_.keys->client.key.size(), 32u);
  EXPECT_EQ(client_.keys->client.salt.size(), 12u);
}

TEST_F(DtlsPair, SurvivesLossOnDeadlinesAlone) {
  uint64_t repeated = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    OwnCall call;
    Prng random(seed);
    call.wire_.SetFate(
        [&](Way, int) { return random.Unit() < 0.4 ? TimeDelta::Infinite() : TimeDelta(); });
    call.Call();
    call.RunFor(TimeDelta::Seconds(60));
    EXPECT_TRUE(call.client_.keys.has_value() && call.server_.keys.has_value()) << "seed " << seed;
    repeated += call.client_.probe_.retransmissions.value();
    repeated += call.server_.probe_.retransmissions.value();
  }
  EXPECT_GT(repeated, 20u);
}

TEST_F(DtlsPair, ClientChecksTheServersFingerprintToo) {
  Call(Certificate::MakeForDtls(kUnixNow)->fingerprint());
  RunFor(TimeDelta::Seconds(1));
  EXPECT_FALSE(client_.keys.has_value());
  EXPECT_NE(client_.failure, "");
  EXPECT_FALSE(server_.keys.has_value());
}

TEST_F(DtlsPair, ClientGivesUpOnSilence) {
  wire_.SetFate([](Way, int) { return TimeDelta::Infinite(); });
  Call();
  RunFor(TimeDelta::Seconds(120));
  EXPECT_NE(client_.failure, "");
  EXPECT_EQ(client_.transport().NextDeadline(), Timestamp::Infinite());
}

TEST_F(DtlsPair, ClosesOnce) {
  Call();
  RunFor(TimeDelta::Seconds(1));
  client_.transport().Close();
  client_.transport().Close();
  RunFor(TimeDelta::Seconds(1));
  EXPECT_TRUE(server_.closed);
  EXPECT_FALSE(client_.closed);
}

}  // namespace
}  // namespace continuo
