// SPDX-License-Identifier: Apache-2.0
#include "api/names.h"

#include <gtest/gtest.h>

#include <string>

namespace continuo {
namespace {

TEST(RoomName, TakesWhatAnOperatorWouldType) {
  EXPECT_TRUE(IsRoomName("crisis"));
  EXPECT_TRUE(IsRoomName("Ward-3.night_shift"));
  EXPECT_TRUE(IsRoomName("7"));
  EXPECT_TRUE(IsRoomName(std::string(64, 'a')));
}

TEST(RoomName, RefusesWhatWouldNeedEscapingOrClimbsDirectories) {
  for (const char* name : {"", ".", "..", ".hidden", "-x", "a/b", "a b", "é", "a%2f", "a\n"}) {
    EXPECT_FALSE(IsRoomName(name)) << name;
  }
  EXPECT_FALSE(IsRoomName(std::string(65, 'a')));
  EXPECT_FALSE(IsRoomName(std::string_view("a\0b", 3)));
}

TEST(DisplayName, TakesAnyScriptUpTo64Characters) {
  EXPECT_TRUE(IsDisplayName("Ana"));
  EXPECT_TRUE(IsDisplayName("Dr. Zoë Müller-Lüdenscheidt"));
  EXPECT_TRUE(IsDisplayName("王小明"));
  EXPECT_TRUE(IsDisplayName("سارة"));
  EXPECT_TRUE(IsDisplayName("👩‍🚒"));  // with a joiner, which is no direction mark
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += "é";
  EXPECT_TRUE(IsDisplayName(longest));
  EXPECT_FALSE(IsDisplayName(longest + "x"));
}

TEST(DisplayName, RefusesNamesThatNobodyCouldSee) {
  EXPECT_FALSE(IsDisplayName(""));
  EXPECT_FALSE(IsDisplayName("   "));
  EXPECT_FALSE(IsDisplayName("\u00a0\u200b\u3000"));
}

TEST(DisplayName, RefusesControlCharactersAndDirectionTricks) {
  EXPECT_FALSE(IsDisplayName("a\nb"));
  EXPECT_FALSE(IsDisplayName("a\x7f"));
  EXPECT_FALSE(IsDisplayName("a\u0085"));
  EXPECT_FALSE(IsDisplayName("Ana \u202egnp.exe"));
  EXPECT_FALSE(IsDisplayName("\u2066Ana"));
}

TEST(DisplayName, RefusesWhatIsNotUtf8) {
  EXPECT_FALSE(IsDisplayName("\xff"));
  EXPECT_FALSE(IsDisplayName("\xc3"));              // cut short
  EXPECT_FALSE(IsDisplayName("\xc0\xaf"));          // overlong '/'
  EXPECT_FALSE(IsDisplayName("\xe0\x80\xaf"));      // overlong '/'
  EXPECT_FALSE(IsDisplayName("\xed\xa0\x80"));      // a surrogate
  EXPECT_FALSE(IsDisplayName("\xf4\x90\x80\x80"));  // above U+10FFFF
}

TEST(ResourceName, RoundTrips) {
  const std::string room = RoomResource("crisis");
  EXPECT_EQ(room, "rooms/crisis");
  EXPECT_EQ(ParseRoomResource(room), "crisis");
  const std::string participant = ParticipantResource("crisis", ParticipantId(7));
  EXPECT_EQ(participant, "rooms/crisis/participants/7");
  const auto parsed = ParseParticipantResource(participant);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->room, "crisis");
  EXPECT_EQ(parsed->participant, ParticipantId(7));
}

TEST(ResourceName, RefusesOthers) {
  for (const char* name : {"", "crisis", "rooms/", "rooms/a/b", "room/a"}) {
    EXPECT_FALSE(ParseRoomResource(name)) << name;
  }
  for (const char* name :
       {"rooms/a", "rooms/a/participants/", "rooms/a/participants/0", "rooms/a/participants/-1",
        "rooms/a/participants/7x", "rooms/a/participants/4294967296", "rooms//participants/1"}) {
    EXPECT_FALSE(ParseParticipantResource(name)) << name;
  }
}

}  // namespace
}  // namespace continuo
