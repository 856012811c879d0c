// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/rtt_estimator.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

// The block that comes back for a report sent at `sent`, which the peer held for `held`.
ReportBlock Echo(Timestamp sent, TimeDelta held) {
  return {.last_sr = NtpTime::FromTimestamp(sent).compact(),
          .delay_since_last_sr = ToCompactNtp(held)};
}

constexpr Timestamp kSent = Timestamp::Millis(400'000);

TEST(RttEstimator, SubtractsWhatThePeerHeldIt) {
  RttEstimator estimator;
  EXPECT_FALSE(estimator.rtt());
  estimator.OnReportBlock(Echo(kSent, TimeDelta::Millis(700)), kSent + TimeDelta::Millis(780));
  EXPECT_NEAR(static_cast<double>(estimator.rtt()->us()), 80'000, 100);
}

TEST(RttEstimator, SmoothsOutliers) {
  RttEstimator estimator;
  estimator.OnReportBlock(Echo(kSent, {}), kSent + TimeDelta::Millis(80));
  estimator.OnReportBlock(Echo(kSent, {}), kSent + TimeDelta::Millis(480));
  EXPECT_NEAR(static_cast<double>(estimator.rtt()->us()), 130'000, 200);
}

TEST(RttEstimator, DoesNotBelieveNonsense) {
  RttEstimator estimator;
  estimator.OnReportBlock({}, kSent);
  estimator.OnReportBlock(Echo(kSent, TimeDelta::Seconds(9)), kSent + TimeDelta::Seconds(1));
  estimator.OnReportBlock(Echo(kSent, {}), kSent + TimeDelta::Seconds(60));
  EXPECT_FALSE(estimator.rtt());
}

}  // namespace
}  // namespace continuo
