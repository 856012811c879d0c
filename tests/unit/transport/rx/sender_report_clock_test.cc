// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/sender_report_clock.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

constexpr NtpTime kTenAndAHalf(uint64_t{10} << 32 | 0x8000'0000);

TEST(SenderReportClock, KnowsNothingBeforeTheFirstReport) {
  SenderReportClock clock(90'000);
  EXPECT_FALSE(clock.SenderTimeUs(1));
  clock.OnSenderReport({.ntp = NtpTime(), .rtp_timestamp = 5});
  EXPECT_FALSE(clock.known()) << "a sender without a clock";
}

TEST(SenderReportClock, MapsTimestampsAroundTheReport) {
  SenderReportClock clock(90'000);
  clock.OnSenderReport({.ntp = kTenAndAHalf, .rtp_timestamp = 90'000});
  EXPECT_EQ(clock.SenderTimeUs(90'000), 10'500'000);
  EXPECT_EQ(clock.SenderTimeUs(135'000), 11'000'000);
  EXPECT_EQ(clock.SenderTimeUs(0), 9'500'000);
}

TEST(SenderReportClock, TimestampsMayWrap) {
  SenderReportClock clock(48'000);
  clock.OnSenderReport({.ntp = kTenAndAHalf, .rtp_timestamp = 0xffff'ffff - 47'999});
  EXPECT_EQ(clock.SenderTimeUs(0), 11'500'000);
}

TEST(SenderReportClock, SoundAndPictureOfOneInstantMeet) {
  SenderReportClock sound(48'000);
  SenderReportClock picture(90'000);
  sound.OnSenderReport({.ntp = kTenAndAHalf, .rtp_timestamp = 1'000});
  picture.OnSenderReport({.ntp = NtpTime(uint64_t{12} << 32), .rtp_timestamp = 777});
  EXPECT_EQ(sound.SenderTimeUs(1'000 + 48'000 * 2), picture.SenderTimeUs(777 + 45'000));
}

}  // namespace
}  // namespace continuo
