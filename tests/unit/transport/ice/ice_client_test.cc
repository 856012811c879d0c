// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/ice_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "crypto/init.h"
#include "tests/support/datagram_recorder.h"
#include "transport/ice/ice_lite.h"

namespace continuo {
namespace {

using test::DatagramRecorder;
using StunResult = IceAgent::StunResult;

const IceCredentials kServer{"Bsrvufrg", "serverpasswordserverpass"};
const IceCredentials kClient{"cliufrag", "clientpasswordclientpass"};
const SocketAddress kServerAddress = SocketAddress::Ipv4({192, 0, 2, 1}, 3478);
const SocketAddress kDeadAddress = SocketAddress::Ipv4({10, 0, 0, 1}, 3478);
const SocketAddress kClientAddress = SocketAddress::Ipv4({192, 0, 2, 7}, 5000);

class IceClientTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(InitCrypto()); }

  // Runs both agents in virtual time; the server hears only what is sent to its own address.
  void RunFor(TimeDelta time) {
    const Timestamp end = now_ + time;
    while (now_ < end) {
      client_.OnTimer(now_, client_out_);
      for (const auto& datagram : client_out_.Take()) {
        ++checks_sent_;
        if (datagram.to != kServerAddress || server_is_dead_) continue;
        DatagramRecorder answers;
        server_.OnStun(kClientAddress, datagram.bytes, now_, answers);
        for (const auto& answer : answers.sent) {
          client_.OnStun(kServerAddress, answer.bytes, now_, client_out_);
        }
      }
      now_ = std::min(end, std::max(client_.NextDeadline(), now_ + TimeDelta::Millis(1)));
    }
  }

  Timestamp now_ = Timestamp::Millis(1000);
  IceClient client_{kClient, kServer, {kDeadAddress, kServerAddress}, 1};
  IceLite server_{kServer, kClient};
  DatagramRecorder client_out_;
  bool server_is_dead_ = false;
  int checks_sent_ = 0;
};

TEST_F(IceClientTest, FindsTheCandidateThatAnswersAndNominatesIt) {
  EXPECT_FALSE(client_.selected());
  RunFor(TimeDelta::Millis(200));
  EXPECT_EQ(client_.selected(), kServerAddress);
  EXPECT_TRUE(client_.IsValidated(kServerAddress, now_));
  EXPECT_FALSE(client_.IsValidated(kDeadAddress, now_));
  EXPECT_EQ(server_.selected(), kClientAddress);
  EXPECT_EQ(server_.counters().checks_refused, 0u);
  EXPECT_EQ(server_.counters().checks_answered, 2u) << "one to validate, one to nominate";
}

TEST_F(IceClientTest, KeepsConsentWithAbout4SecondsBetweenChecks) {
  RunFor(TimeDelta::Seconds(1));
  const int before = checks_sent_;
  RunFor(TimeDelta::Seconds(100));
  EXPECT_GE(checks_sent_ - before, 20);
  EXPECT_LE(checks_sent_ - before, 32);
  EXPECT_TRUE(client_.IsValidated(kServerAddress, now_));
  EXPECT_TRUE(server_.IsValidated(kClientAddress, now_));
}

TEST_F(IceClientTest, BacksOffTowardsASilentServer) {
  server_is_dead_ = true;
  RunFor(TimeDelta::Seconds(15));
  EXPECT_FALSE(client_.selected());
  EXPECT_GE(checks_sent_, 8);
  EXPECT_LE(checks_sent_, 16) << "two candidates, doubling from 500 ms to 4 s";
}

TEST_F(IceClientTest, ConsentEndsWhenTheServerFallsSilent) {
  RunFor(TimeDelta::Seconds(1));
  server_is_dead_ = true;
  RunFor(TimeDelta::Seconds(31));
  EXPECT_FALSE(client_.IsValidated(kServerAddress, now_));
}

TEST_F(IceClientTest, BelievesNoForgedAnswer) {
  client_.OnTimer(now_, client_out_);
  const auto sent = client_out_.Take();
  ASSERT_FALSE(sent.empty());
  const auto request = StunMessage::Parse(sent.front().bytes);
  ASSERT_TRUE(request);
  std::array<uint8_t, 128> buffer{};
  StunWriter forged(StunType::kBindingSuccess, request->transaction_id(), buffer);
  forged.XorMappedAddress(kClientAddress);
  StunKey("not the server's password").Seal(forged);
  EXPECT_EQ(client_.OnStun(sent.front().to, forged.message(), now_, client_out_),
            StunResult::kIgnored);

  StunWriter elsewhere(StunType::kBindingSuccess, request->transaction_id(), buffer);
  elsewhere.XorMappedAddress(kClientAddress);
  StunKey(kServer.pwd).Seal(elsewhere);
  EXPECT_EQ(client_.OnStun(kClientAddress, elsewhere.message(), now_, client_out_),
            StunResult::kIgnored)
      << "right key, but from an address that was not asked";
  EXPECT_FALSE(client_.selected());
}

}  // namespace
}  // namespace continuo
