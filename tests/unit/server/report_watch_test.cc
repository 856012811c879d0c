// SPDX-License-Identifier: Apache-2.0
#include "server/report_watch.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

// The number of the look that finds the mixer silent, from now on.
int LooksUntilSilent(ReportWatch& watch) {
  int looks = 1;
  while (!watch.Look()) ++looks;
  return looks;
}

TEST(ReportWatchTest, AMixerThatReportsIsNeverSilent) {
  ReportWatch watch;
  for (int second = 0; second < 1000; ++second) {
    watch.Heard();
    EXPECT_FALSE(watch.Look());
  }
}

TEST(ReportWatchTest, FiveLooksWithoutAReportAreSilence) {
  ReportWatch watch;
  watch.Heard();
  EXPECT_FALSE(watch.Look());  // heard before this one
  EXPECT_EQ(LooksUntilSilent(watch), 5);
}

TEST(ReportWatchTest, ADeviceMayTakeItsTimeToOpen) {
  ReportWatch on_the_cpu;
  EXPECT_EQ(LooksUntilSilent(on_the_cpu), 10);
  ReportWatch on_a_slow_device(20);
  EXPECT_EQ(LooksUntilSilent(on_a_slow_device), 30);
  ReportWatch opened(20);
  opened.Heard();
  EXPECT_FALSE(opened.Look());
  EXPECT_EQ(LooksUntilSilent(opened), 5);
}

TEST(ReportWatchTest, OneReportMakesUpForLooksInVain) {
  ReportWatch watch;
  watch.Heard();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(watch.Look());
  watch.Heard();
  EXPECT_FALSE(watch.Look());
  EXPECT_EQ(LooksUntilSilent(watch), 5);
}

}  // namespace
}  // namespace continuo
