// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/nack_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

constexpr TimeDelta kRtt = TimeDelta::Millis(100);

class NackGeneratorTest : public testing::Test {
 protected:
  NackGeneratorTest() { nacks_.Start(1000); }

  void Arrive(std::initializer_list<int64_t> sequences) {
    for (const int64_t s : sequences) nacks_.OnPacket(s, now_);
  }
  // What is asked for at this moment.
  std::vector<int64_t> Asked() {
    const auto due = nacks_.TakeDue(now_, kRtt);
    given_up_ = due.given_up;
    return {due.ask.begin(), due.ask.end()};
  }
  std::vector<int64_t> AskedAfter(TimeDelta pause) {
    now_ += pause;
    return Asked();
  }

  Timestamp now_ = Timestamp::Millis(5000);
  NackGenerator nacks_;
  std::optional<int64_t> given_up_;
};

TEST_F(NackGeneratorTest, AsksForAHoleAfterALittlePatience) {
  Arrive({1001, 1004});
  EXPECT_THAT(Asked(), IsEmpty());
  const Timestamp due = nacks_.NextDeadline();
  EXPECT_LE(due - now_, TimeDelta::Millis(10));
  now_ = due;
  EXPECT_THAT(Asked(), ElementsAre(1002, 1003));
}

TEST_F(NackGeneratorTest, DoesNotAskForWhatWasOnlyOvertaken) {
  Arrive({1002, 1001, 1004});
  now_ += TimeDelta::Millis(5);
  Arrive({1003});
  EXPECT_THAT(AskedAfter(TimeDelta::Millis(100)), IsEmpty());
  EXPECT_TRUE(nacks_.NextDeadline().IsInfinite());
}

TEST_F(NackGeneratorTest, AsksAgainOnlyWhenTheAnswerIsOverdueAndThenLessOften) {
  Arrive({1002});
  EXPECT_THAT(AskedAfter(TimeDelta::Millis(10)), ElementsAre(1001));
  EXPECT_THAT(AskedAfter(TimeDelta::Millis(100)), IsEmpty());
  EXPECT_THAT(AskedAfter(TimeDelta::Millis(15)), ElementsAre(1001));
  const Timestamp second = now_;
  now_ = nacks_.NextDeadline();
  EXPECT_GT(now_ - second, TimeDelta::Millis(130));
  EXPECT_THAT(Asked(), ElementsAre(1001));
}

TEST_F(NackGeneratorTest, StopsOnceThePacketIsHere) {
  Arrive({1003});
  EXPECT_THAT(AskedAfter(TimeDelta::Millis(10)), ElementsAre(1001, 1002));
  Arrive({1001});
  EXPECT_THAT(AskedAfter(TimeDelta::Millis(200)), ElementsAre(1002));
}

TEST_F(NackGeneratorTest, GivesUpWithinASecond) {
  Arrive({1002});
  const Timestamp start = now_;
  int asked = 0;
  while (!nacks_.NextDeadline().IsInfinite()) {
    now_ = nacks_.NextDeadline();
    asked += static_cast<int>(Asked().size());
  }
  EXPECT_THAT(given_up_, Optional(1001));
  EXPECT_GE(now_ - start, TimeDelta::Millis(500));
  EXPECT_LE(now_ - start, TimeDelta::Millis(1000));
  EXPECT_GE(asked, 4);
  EXPECT_LE(asked, 10);
}

TEST_F(NackGeneratorTest, GivesUpAtOnceWhenTooMuchIsMissing) {
  Arrive({1000 + 300});
  EXPECT_EQ(nacks_.missing(), 0u);
  EXPECT_LE(nacks_.NextDeadline(), now_);
  EXPECT_THAT(Asked(), IsEmpty());
  EXPECT_THAT(given_up_, Optional(1299));
  EXPECT_TRUE(nacks_.NextDeadline().IsInfinite());
}

TEST_F(NackGeneratorTest, AsksForManyInSeveralBatches) {
  Arrive({1000 + 101});
  EXPECT_EQ(AskedAfter(TimeDelta::Millis(10)).size(), NackGenerator::kMaxBatch);
  EXPECT_LE(nacks_.NextDeadline(), now_);
  EXPECT_EQ(Asked().size(), 100 - NackGenerator::kMaxBatch);
}

TEST_F(NackGeneratorTest, ForgetsWhatNoLongerMatters) {
  Arrive({1005});
  nacks_.ForgetBelow(1003);
  EXPECT_THAT(AskedAfter(TimeDelta::Millis(10)), ElementsAre(1003, 1004));
}

TEST_F(NackGeneratorTest, AnEarlierBeginningHasHolesToo) {
  Arrive({1001, 997});
  EXPECT_THAT(AskedAfter(TimeDelta::Millis(10)), ElementsAre(998, 999));
}

}  // namespace
}  // namespace continuo
