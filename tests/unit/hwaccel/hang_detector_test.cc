// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/hang_detector.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

constexpr TimeDelta kDeadline = TimeDelta::Millis(300);

Timestamp At(int64_t ms) { return Timestamp::Micros(1'000'000 + 1000 * ms); }

class HangDetectorTest : public testing::Test {
 protected:
  // Checks as often as the detector wants until it says so; when that is, or -1.
  int64_t HangIsSeenAt(Timestamp began, int64_t from_ms, int64_t until_ms) {
    for (int64_t ms = from_ms; ms <= until_ms; ms += detector_.interval().ms()) {
      if (detector_.Hangs(began, At(ms))) return ms;
    }
    return -1;
  }
  HangDetector detector_{kDeadline};
};

TEST_F(HangDetectorTest, SeesACallThatLastsLongerThanTheDeadline) {
  const int64_t seen = HangIsSeenAt(At(10), 75, 2000);
  EXPECT_GT(seen, 310);
  EXPECT_LE(seen, 310 + 75);
}

TEST_F(HangDetectorTest, SaysNothingOfCallsThatEnd) {
  for (int64_t ms = 75; ms < 10'000; ms += 75) {
    EXPECT_FALSE(detector_.Hangs(At(ms - 20), At(ms)));
    EXPECT_FALSE(detector_.Hangs(std::nullopt, At(ms + 1)));
  }
}

TEST_F(HangDetectorTest, GivesACallTimeToEndAfterTheMachineWasSuspended) {
  EXPECT_FALSE(detector_.Hangs(At(70), At(75)));
  EXPECT_FALSE(detector_.Hangs(At(70), At(60'000))) << "nobody was awake";
  EXPECT_FALSE(detector_.Hangs(std::nullopt, At(60'075)));
}

TEST_F(HangDetectorTest, SeesACallThatStillHangsAfterTheMachineWasSuspended) {
  EXPECT_FALSE(detector_.Hangs(At(70), At(75)));
  EXPECT_EQ(HangIsSeenAt(At(70), 60'000, 70'000), 60'150);
}

TEST_F(HangDetectorTest, CountsEachCallByItself) {
  // One call after another, each of them just too old when it is first seen.
  for (int64_t ms = 1000; ms < 5000; ms += 75) {
    EXPECT_FALSE(detector_.Hangs(At(ms - 310), At(ms)));
  }
}

}  // namespace
}  // namespace continuo
