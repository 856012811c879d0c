// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/talkers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr float kQuiet = -70;
constexpr int kSecond = 50;  // ticks

ParticipantId Id(uint32_t n) { return ParticipantId(n); }

class TalkersTest : public testing::Test {
 protected:
  // Everybody speaks at `levels` for some ticks.
  void Hear(std::vector<float> levels, int ticks = 1) {
    std::vector<VoiceLevel> voices;
    for (size_t i = 0; i < levels.size(); ++i) {
      voices.push_back({Id(static_cast<uint32_t>(i) + 1), levels[i]});
    }
    for (int i = 0; i < ticks; ++i) talkers_.Update(voices);
  }
  Talkers talkers_;
};

TEST_F(TalkersTest, SilentRoomHasNoTalker) {
  Hear({kQuiet, kQuiet, -51}, kSecond);
  EXPECT_THAT(talkers_.current(), IsEmpty());
  EXPECT_EQ(talkers_.active_speaker(), std::nullopt);
}

TEST_F(TalkersTest, TalkerIsMixedFromTheFirstTickAndHalfASecondLonger) {
  Hear({kQuiet, -30});
  EXPECT_THAT(talkers_.current(), ElementsAre(Id(2)));
  Hear({kQuiet, kQuiet}, 24);
  EXPECT_TRUE(talkers_.IsTalker(Id(2)));
  Hear({kQuiet, kQuiet});
  EXPECT_FALSE(talkers_.IsTalker(Id(2)));
}

TEST_F(TalkersTest, GateDoesNotFlutterAroundItsThreshold) {
  Hear({-49});
  Hear({-54}, kSecond);  // below where it opens, above where it closes
  EXPECT_TRUE(talkers_.IsTalker(Id(1)));
}

TEST_F(TalkersTest, OnlyTheLoudestFourAreMixed) {
  Hear({-20, -40, -21, -22, -41, -23});
  EXPECT_THAT(talkers_.current(), ElementsAre(Id(1), Id(3), Id(4), Id(6)));
}

TEST_F(TalkersTest, MixedOnesKeepTheirPlaceUnlessAnotherIsClearlyLouder) {
  Hear({-20, -20, -20, -25, kQuiet});
  Hear({-20, -20, -20, -25, -20}, kSecond);
  EXPECT_FALSE(talkers_.IsTalker(Id(5)));
  Hear({-20, -20, -20, -25, -18});
  EXPECT_TRUE(talkers_.IsTalker(Id(5)));
  EXPECT_FALSE(talkers_.IsTalker(Id(4)));
}

TEST_F(TalkersTest, ActiveSpeakerIsHeldAndACoughDoesNotSwitch) {
  Hear({-20, kQuiet}, 3 * kSecond);
  EXPECT_EQ(talkers_.active_speaker(), Id(1));
  Hear({kQuiet, -10}, 10);  // a cough of 200 ms into a pause
  Hear({kQuiet, kQuiet}, 2 * kSecond);
  EXPECT_EQ(talkers_.active_speaker(), Id(1));
  Hear({kQuiet, -20}, kSecond);
  EXPECT_EQ(talkers_.active_speaker(), Id(2));
}

TEST_F(TalkersTest, ActiveSpeakerStaysForTwoSecondsAtLeast) {
  Hear({-30, kQuiet}, 5);
  Hear({kQuiet, -10}, 2 * kSecond - 6);
  EXPECT_EQ(talkers_.active_speaker(), Id(1));
  Hear({kQuiet, -10}, 2);
  EXPECT_EQ(talkers_.active_speaker(), Id(2));
}

TEST_F(TalkersTest, WhoLeavesIsForgottenAndTheOthersKeepTheirState) {
  Hear({-20, -30}, kSecond);
  const std::vector<VoiceLevel> rest{{Id(2), kQuiet}};
  talkers_.Update(rest);
  EXPECT_THAT(talkers_.current(), ElementsAre(Id(2)));  // in his hangover
  EXPECT_EQ(talkers_.active_speaker(), Id(2));
}

}  // namespace
}  // namespace continuo
