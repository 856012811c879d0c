// SPDX-License-Identifier: Apache-2.0
#include "transport/session/stun_rate_limit.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

const SocketAddress kFlooder = SocketAddress::Ipv4({203, 0, 113, 66}, 7000);
const SocketAddress kNeighbour = SocketAddress::Ipv4({203, 0, 113, 67}, 7000);

class StunRateLimitTest : public ::testing::Test {
 protected:
  int AdmittedOf(int attempts, const SocketAddress& from) {
    int admitted = 0;
    for (int i = 0; i < attempts; ++i) admitted += limit_.Admit(from, now_) ? 1 : 0;
    return admitted;
  }

  StunRateLimit limit_{42};
  Timestamp now_ = Timestamp::Millis(1'000'000);
};

TEST_F(StunRateLimitTest, AHospitalMayComeBackAtOnce) {
  EXPECT_EQ(AdmittedOf(StunRateLimit::kBurst, kFlooder), StunRateLimit::kBurst);
}

TEST_F(StunRateLimitTest, AFloodIsCutToTheRate) {
  AdmittedOf(StunRateLimit::kBurst, kFlooder);
  EXPECT_EQ(AdmittedOf(10'000, kFlooder), 0);
  now_ += TimeDelta::Seconds(1);
  EXPECT_EQ(AdmittedOf(10'000, kFlooder), StunRateLimit::kPerSecond);
}

TEST_F(StunRateLimitTest, AFloodersPortsAreOneAndItsNeighbourIsAnother) {
  AdmittedOf(StunRateLimit::kBurst, kFlooder);
  EXPECT_EQ(AdmittedOf(1, kFlooder.WithPort(7001)), 0);
  EXPECT_EQ(AdmittedOf(1, kNeighbour), 1);
}

TEST_F(StunRateLimitTest, AnIpv6HostIsItsWholeSlash64) {
  AdmittedOf(StunRateLimit::kBurst, *SocketAddress::Parse("[2001:db8::1]:1"));
  EXPECT_EQ(AdmittedOf(1, *SocketAddress::Parse("[2001:db8::ffff]:1")), 0);
  EXPECT_EQ(AdmittedOf(1, *SocketAddress::Parse("[2001:db8:0:1::1]:1")), 1);
}

}  // namespace
}  // namespace continuo
