// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/ice_lite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "crypto/init.h"
#include "tests/support/datagram_recorder.h"
#include "transport/wire/stun.h"

namespace continuo {
namespace {

using test::DatagramRecorder;
using StunResult = IceAgent::StunResult;

const IceCredentials kServer{"Bsrvufrg", "serverpasswordserverpass"};
const IceCredentials kAlice{"FgiW", "B9UEpVjOkX51OffMMsk626E7"};
const SocketAddress kHome = SocketAddress::Ipv4({192, 0, 2, 7}, 5000);
const SocketAddress kMobile = SocketAddress::Ipv4({198, 51, 100, 9}, 6000);
const SocketAddress kMallory = SocketAddress::Ipv4({203, 0, 113, 66}, 7000);

// A check as browsers make it, with one thing different per test.
struct Check {
  std::string username = "Bsrvufrg:FgiW";
  std::string password = kServer.pwd;
  bool use_candidate = false;
  bool controlled = false;
  bool fingerprint = true;
  bool has_username = true;
  bool has_integrity = true;
  bool priority = true;

  std::vector<uint8_t> Bytes() const {
    std::array<uint8_t, 512> buffer{};
    StunWriter writer(StunType::kBindingRequest, StunTransactionId{1, 2, 3}, buffer);
    if (has_username) writer.Username(username);
    if (priority) writer.Priority(1);
    if (controlled) {
      writer.IceControlled(7);
    } else if (priority) {
      writer.IceControlling(7);
    }
    if (use_candidate) writer.UseCandidate();
    if (has_integrity) {
      const HmacSha1 hmac(
          ByteView(reinterpret_cast<const uint8_t*>(password.data()), password.size()));
      writer.AppendIntegrity(hmac.Compute(writer.BeginIntegrity()));
    }
    if (fingerprint) writer.AppendFingerprint();
    return {writer.message().begin(), writer.message().end()};
  }
};

class IceLiteTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(InitCrypto()); }

  StunResult Receive(const SocketAddress& from, const Check& check) {
    const auto bytes = check.Bytes();
    const auto result = ice_.OnStun(from, bytes, now_, sink_);
    if (!sink_.sent.empty()) {
      EXPECT_EQ(sink_.sent.back().to, from);
      EXPECT_LE(sink_.sent.back().bytes.size(), bytes.size()) << "an amplifier";
    }
    return result;
  }
  // The response to the last check.
  std::optional<StunMessage> Response() {
    if (sink_.sent.empty()) return std::nullopt;
    response_bytes_ = sink_.sent.back().bytes;
    sink_.sent.clear();
    return StunMessage::Parse(response_bytes_);
  }
  int ErrorCodeOf(const Check& check) {
    EXPECT_EQ(Receive(kHome, check), StunResult::kIgnored);
    const auto response = Response();
    if (!response || response->type() != StunType::kBindingError) return 0;
    return response->error_code() ? response->error_code()->code : 0;
  }

  Timestamp now_ = Timestamp::Millis(1000);
  IceLite ice_{kServer, kAlice};
  DatagramRecorder sink_;
  std::vector<uint8_t> response_bytes_;
};

TEST_F(IceLiteTest, AnswersACheckWithTheAddressItCameFrom) {
  EXPECT_EQ(Receive(kHome, {}), StunResult::kAuthenticated);
  const auto response = Response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->type(), StunType::kBindingSuccess);
  EXPECT_EQ(response->transaction_id(), (StunTransactionId{1, 2, 3}));
  EXPECT_EQ(response->xor_mapped_address(), kHome);
  EXPECT_TRUE(response->has_fingerprint());
  EXPECT_TRUE(StunKey(kServer.pwd).Authenticates(*response));
}

TEST_F(IceLiteTest, AnIpv6ResponseFitsTheSmallestRequestOfABrowser) {
  const auto address = *SocketAddress::Parse("[2001:db8::7]:5000");
  EXPECT_EQ(Receive(address, {}), StunResult::kAuthenticated);
  EXPECT_EQ(Response()->xor_mapped_address(), address);
}

TEST_F(IceLiteTest, KnowsNoAddressBeforeTheFirstCheck) {
  EXPECT_FALSE(ice_.selected());
  EXPECT_FALSE(ice_.IsValidated(kHome, now_));
  EXPECT_FALSE(ice_.last_authenticated());
}

TEST_F(IceLiteTest, AWrongPasswordValidatesNothing) {
  EXPECT_EQ(ErrorCodeOf({.password = "guess"}), 401);
  EXPECT_FALSE(ice_.IsValidated(kHome, now_));
  EXPECT_FALSE(ice_.selected());
  EXPECT_FALSE(ice_.last_authenticated());
}

TEST_F(IceLiteTest, ARefusalTellsNoUserNameFromWrongPassword) {
  EXPECT_EQ(ErrorCodeOf({.username = "Bsrvufrg:mall"}), 401);
  EXPECT_EQ(ErrorCodeOf({.username = "Bsrvufrg"}), 401);
  EXPECT_FALSE(ice_.IsValidated(kHome, now_));
}

TEST_F(IceLiteTest, RefusesWhatIsIncompleteAsTheRfcAsks) {
  EXPECT_EQ(ErrorCodeOf({.has_integrity = false}), 400);
  EXPECT_EQ(ErrorCodeOf({.has_username = false}), 400);
  EXPECT_EQ(ErrorCodeOf({.fingerprint = false}), 400);
  EXPECT_FALSE(ice_.selected());
}

TEST_F(IceLiteTest, ALiteAgentNeverBecomesControlling) {
  EXPECT_EQ(ErrorCodeOf({.controlled = true}), 487);
  EXPECT_FALSE(ice_.selected());
}

TEST_F(IceLiteTest, SaysNothingRatherThanMoreThanItWasAsked) {
  // A bare header is smaller than any error response.
  const Check bare{
      .fingerprint = false, .has_username = false, .has_integrity = false, .priority = false};
  ASSERT_EQ(bare.Bytes().size(), kStunHeaderSize);
  EXPECT_EQ(Receive(kMallory, bare), StunResult::kIgnored);
  EXPECT_TRUE(sink_.sent.empty());
  EXPECT_EQ(ice_.counters().responses_withheld, 1u);
}

TEST_F(IceLiteTest, GarbageIsIgnoredInSilence) {
  std::vector<uint8_t> garbage(100, 0x41);
  EXPECT_EQ(ice_.OnStun(kMallory, garbage, now_, sink_), StunResult::kIgnored);
  auto flipped = Check{}.Bytes();
  flipped[30] ^= 1;
  EXPECT_EQ(ice_.OnStun(kMallory, flipped, now_, sink_), StunResult::kIgnored);
  EXPECT_FALSE(ice_.IsValidated(kMallory, now_));
}

TEST_F(IceLiteTest, SendsToTheNominatedAddress) {
  Receive(kHome, {});
  Receive(kMobile, {});
  EXPECT_EQ(ice_.selected(), kHome) << "before nomination: the first that was validated";
  Receive(kMobile, {.use_candidate = true});
  EXPECT_EQ(ice_.selected(), kMobile);
  EXPECT_TRUE(ice_.IsValidated(kHome, now_)) << "still a way in";
  EXPECT_EQ(ice_.counters().migrations, 0u);
}

TEST_F(IceLiteTest, MovesOnAnAuthenticatedNominationOnly) {
  Receive(kHome, {.use_candidate = true});
  Receive(kMallory, {.password = "guess", .use_candidate = true});
  EXPECT_EQ(ice_.selected(), kHome);
  Receive(kMobile, {});
  EXPECT_EQ(ice_.selected(), kHome) << "a check that does not nominate moves nothing";
  Receive(kMobile, {.use_candidate = true});
  EXPECT_EQ(ice_.selected(), kMobile);
  EXPECT_EQ(ice_.counters().migrations, 1u);
}

TEST_F(IceLiteTest, AnAddressExpiresWithItsConsent) {
  Receive(kHome, {.use_candidate = true});
  now_ += TimeDelta::Millis(29'999);
  EXPECT_TRUE(ice_.IsValidated(kHome, now_));
  now_ += TimeDelta::Millis(1);
  EXPECT_FALSE(ice_.IsValidated(kHome, now_));
  Receive(kHome, {});
  EXPECT_TRUE(ice_.IsValidated(kHome, now_));
  EXPECT_EQ(ice_.last_authenticated(), now_);
}

TEST_F(IceLiteTest, RemembersFewAddressesAndTheSelectedOneAlways) {
  Receive(kHome, {.use_candidate = true});
  for (uint16_t port = 1; port <= 20; ++port) {
    now_ += TimeDelta::Millis(1);
    Receive(kMobile.WithPort(port), {});
  }
  EXPECT_TRUE(ice_.IsValidated(kHome, now_));
  EXPECT_TRUE(ice_.IsValidated(kMobile.WithPort(20), now_));
  EXPECT_FALSE(ice_.IsValidated(kMobile.WithPort(1), now_));
}

TEST(IceCredentials, NameTheirShardAndNothingElse) {
  ASSERT_TRUE(InitCrypto());
  const auto a = MakeIceCredentials(ShardIndex(3));
  const auto b = MakeIceCredentials(ShardIndex(3));
  EXPECT_EQ(ShardOfUfrag(a.ufrag), ShardIndex(3));
  EXPECT_NE(a.ufrag, b.ufrag);
  EXPECT_NE(a.pwd, b.pwd);
  EXPECT_GE(a.pwd.size(), 24u);
  for (const char c : a.ufrag + a.pwd) EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)));
  for (uint8_t shard = 0; shard < 16; ++shard) {
    EXPECT_EQ(ShardOfUfrag(MakeIceCredentials(ShardIndex(shard)).ufrag), ShardIndex(shard));
  }
}

TEST(IceCredentials, AForeignUfragNamesNoShard) {
  EXPECT_EQ(ShardOfUfrag(""), std::nullopt);
  EXPECT_EQ(ShardOfUfrag("FgiW"), std::nullopt);
  EXPECT_EQ(ShardOfUfrag("zzzzzzzz"), std::nullopt);
}

}  // namespace
}  // namespace continuo
