// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/rtp_extensions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(AudioLevel, TellsLoudnessFromSpeech) {
  const auto speech = ParseAudioLevel(Hex("85"));
  ASSERT_TRUE(speech);
  EXPECT_TRUE(speech->voice);
  EXPECT_EQ(speech->level, 5);
  const auto silence = ParseAudioLevel(Hex("7f 00 00"));
  ASSERT_TRUE(silence) << "in the two-byte form, padding may follow";
  EXPECT_FALSE(silence->voice);
  EXPECT_EQ(silence->level, 127);
  EXPECT_FALSE(ParseAudioLevel({}));
}

TEST(TransportSequence, IsTwoBytesWithOrWithoutAFeedbackRequest) {
  EXPECT_THAT(ParseTransportSequence(Hex("beef")), Optional(0xbeef));
  EXPECT_THAT(ParseTransportSequence(Hex("beef 8001")), Optional(0xbeef));
  EXPECT_FALSE(ParseTransportSequence(Hex("be")));
  EXPECT_FALSE(ParseTransportSequence(Hex("beef 80")));
  EXPECT_THAT(WriteTransportSequence(0xbeef), ElementsAre(0xbe, 0xef));
}

TEST(StreamName, IsShortAndPrintable) {
  const auto mid = Hex("61 75 64 69 6f");
  EXPECT_THAT(ParseStreamName(mid), Optional(std::string_view("audio")));
  EXPECT_FALSE(ParseStreamName({}));
  EXPECT_FALSE(ParseStreamName(Hex("61 00")));
  EXPECT_FALSE(ParseStreamName(Hex("61 20 62")));
  EXPECT_FALSE(ParseStreamName(Hex("c3 a9")));
  EXPECT_FALSE(ParseStreamName(std::vector<uint8_t>(17, 'a')));
}

}  // namespace
}  // namespace continuo
