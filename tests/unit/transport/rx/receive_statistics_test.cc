// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/receive_statistics.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using Verdict = ReceiveStatistics::Verdict;

class ReceiveStatisticsTest : public testing::Test {
 protected:
  // The nth packet of a 20 ms audio stream arrives on time, but for `late`.
  ReceiveStatistics::Outcome Arrive(uint16_t sequence, TimeDelta late = {}) {
    const uint16_t n = static_cast<uint16_t>(sequence - 100);
    return statistics_.OnPacket(sequence, n * 960u, start_ + TimeDelta::Millis(20) * n + late);
  }
  ReportBlock Report() { return *statistics_.TakeReport(Ssrc(7), start_); }

  Timestamp start_ = Timestamp::Millis(1'000'000);
  ReceiveStatistics statistics_{48'000};
};

TEST_F(ReceiveStatisticsTest, HasNothingToReportBeforeTheFirstPacket) {
  EXPECT_FALSE(statistics_.TakeReport(Ssrc(7), start_));
}

TEST_F(ReceiveStatisticsTest, CountsWhatIsLost) {
  for (uint16_t s = 100; s < 200; ++s) {
    if (s % 4 != 0) Arrive(s);
  }
  const ReportBlock report = Report();
  EXPECT_EQ(report.source, Ssrc(7));
  EXPECT_EQ(report.extended_highest_sequence, 199u);
  EXPECT_EQ(report.cumulative_lost, 24);  // the first to arrive was 101
  EXPECT_EQ(report.fraction_lost, 24 * 256 / 99);
  EXPECT_EQ(report.jitter, 0u);
}

TEST_F(ReceiveStatisticsTest, FractionIsOfTheLastIntervalOnly) {
  for (uint16_t s = 100; s < 200; s += 2) Arrive(s);
  EXPECT_GT(Report().fraction_lost, 100);
  for (uint16_t s = 199; s < 300; ++s) Arrive(s);
  const ReportBlock report = Report();
  EXPECT_EQ(report.fraction_lost, 0);
  EXPECT_EQ(report.cumulative_lost, 49);
}

TEST_F(ReceiveStatisticsTest, DuplicatesMakeTheLossNegative) {
  for (const uint16_t s : {100, 101, 101, 101}) Arrive(s);
  EXPECT_EQ(Report().cumulative_lost, -2);
  EXPECT_EQ(Report().fraction_lost, 0);
}

TEST_F(ReceiveStatisticsTest, SequenceNumbersWrapAndReorder) {
  ReceiveStatistics statistics(48'000);
  const auto arrive = [&](uint16_t s) { return statistics.OnPacket(s, s, start_).sequence; };
  const int64_t first = arrive(65'534);
  EXPECT_EQ(arrive(0), first + 2);
  EXPECT_EQ(arrive(65'535), first + 1);
  EXPECT_EQ(arrive(1), first + 3);
  const ReportBlock report = *statistics.TakeReport(Ssrc(7), start_);
  EXPECT_EQ(report.extended_highest_sequence, 0x10001u);
  EXPECT_EQ(report.cumulative_lost, 0);
}

TEST_F(ReceiveStatisticsTest, MeasuresJitterAsTheRfcDoes) {
  // Every other packet 10 ms late: each transit differs from the last by 480 ticks.
  for (uint16_t s = 100; s < 400; ++s) Arrive(s, TimeDelta::Millis(s % 2 == 0 ? 0 : 10));
  EXPECT_NEAR(Report().jitter, 480, 16);
  EXPECT_NEAR(static_cast<double>(statistics_.jitter().us()), 10'000, 400);
}

TEST_F(ReceiveStatisticsTest, AStrayPacketMovesNothing) {
  for (uint16_t s = 100; s < 110; ++s) Arrive(s);
  EXPECT_EQ(Arrive(20'000).verdict, Verdict::kSuspect);
  EXPECT_EQ(Arrive(110).verdict, Verdict::kAccepted);
  EXPECT_EQ(Report().cumulative_lost, 0);
}

TEST_F(ReceiveStatisticsTest, ASenderMayStartAgainFromAnywhere) {
  for (const uint16_t restart : {uint16_t{20'000}, uint16_t{60'000}, uint16_t{50}}) {
    ReceiveStatistics statistics(48'000);
    int64_t last = 0;
    for (uint16_t s = 30'000; s < 30'010; ++s) last = statistics.OnPacket(s, s, start_).sequence;
    EXPECT_EQ(statistics.OnPacket(restart, 0, start_).verdict, Verdict::kSuspect);
    const auto second = statistics.OnPacket(static_cast<uint16_t>(restart + 1), 960, start_);
    EXPECT_EQ(second.verdict, Verdict::kRestarted);
    EXPECT_GT(second.sequence, last) << "unwrapped numbers only grow";
    EXPECT_EQ(static_cast<uint16_t>(second.sequence), restart + 1);
    const auto third = statistics.OnPacket(static_cast<uint16_t>(restart + 2), 1920, start_);
    EXPECT_EQ(third.verdict, Verdict::kAccepted);
    EXPECT_EQ(third.sequence, second.sequence + 1);
    EXPECT_EQ(statistics.TakeReport(Ssrc(7), start_)->cumulative_lost, 0);
  }
}

TEST_F(ReceiveStatisticsTest, EchoesTheSenderReportForTheRoundTrip) {
  Arrive(100);
  EXPECT_EQ(Report().last_sr, 0u);
  statistics_.OnSenderReport(NtpTime(0x1122'3344'5566'7788), start_);
  const auto report = *statistics_.TakeReport(Ssrc(7), start_ + TimeDelta::Millis(500));
  EXPECT_EQ(report.last_sr, 0x3344'5566u);
  EXPECT_EQ(report.delay_since_last_sr, 0x8000u);
}

}  // namespace
}  // namespace continuo
