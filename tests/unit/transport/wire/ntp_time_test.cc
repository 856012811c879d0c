// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/ntp_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using ::testing::Optional;

TEST(NtpTime, CountsSecondsAndFractions) {
  const NtpTime start = NtpTime::FromTimestamp(Timestamp::Micros(0));
  const NtpTime later = NtpTime::FromTimestamp(Timestamp::Micros(2'500'000));
  EXPECT_TRUE(start.valid()) << "0 would say that we have no clock";
  EXPECT_EQ(later.seconds() - start.seconds(), 2u);
  EXPECT_EQ(later.fraction(), 0x8000'0000u);
  EXPECT_EQ(later - start, TimeDelta::Micros(2'500'000));
  EXPECT_EQ(start - later, TimeDelta::Micros(-2'500'000));
}

TEST(NtpTime, MeasuresAcrossTheWrapOf2036) {
  EXPECT_EQ(NtpTime(0x0000'0001'0000'0000) - NtpTime(0xffff'ffff'0000'0000), TimeDelta::Seconds(2));
}

TEST(NtpTime, GivesItsMiddleBitsToReports) {
  EXPECT_EQ(NtpTime(0x1122'3344'5566'7788).compact(), 0x3344'5566u);
}

TEST(CompactNtp, MeasuresSpansIn65536ths) {
  EXPECT_EQ(ToCompactNtp(TimeDelta::Millis(1500)), 0x0001'8000u);
  EXPECT_EQ(FromCompactNtp(0x0001'8000), TimeDelta::Millis(1500));
  EXPECT_EQ(ToCompactNtp(TimeDelta::Millis(-1)), 0u);
  EXPECT_GE(ToCompactNtp(TimeDelta::Infinite()), 0xffff'ff00u);
}

// The example of RFC 3550 §6.4.1, figure 2: a round trip of 6.125 s.
TEST(RoundTripTime, IsThatOfTheStandardsExample) {
  const NtpTime now(uint64_t{0xb710'8000} << 16);
  EXPECT_THAT(RoundTripTime(now, 0xb705'2000, 0x0005'4000), Optional(TimeDelta::Millis(6125)));
}

TEST(RoundTripTime, IsUnknownBeforeThePeerHasHeardUs) {
  EXPECT_EQ(RoundTripTime(NtpTime(uint64_t{0xb710'8000} << 16), 0, 0), std::nullopt);
}

TEST(RoundTripTime, DisbelievesADelayLongerThanTheTimeThatHasPassed) {
  const NtpTime now(uint64_t{0x0010'0000} << 16);
  EXPECT_THAT(RoundTripTime(now, 0x000f'0000, 0x0001'0010), Optional(TimeDelta::Micros(0)))
      << "rounding";
  EXPECT_EQ(RoundTripTime(now, 0x000f'0000, 0x0002'0000), std::nullopt);
}

}  // namespace
}  // namespace continuo
