// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

const std::vector<ParticipantView> kTwo{
    {ParticipantId(7), "Zoë", Rung::kHd, VideoCodec::kVp8, true, true, 1'700'000'000},
    {ParticipantId(12), "Bao", Rung::kSd, VideoCodec::kH264, false, false, 1'700'000'060}};

TEST(Output, TablesLineUpWhateverTheNamesAre) {
  EXPECT_EQ(ParticipantsTable(kTwo),
            "ID  NAME  RENDITION  CODEC  SENDS        JOINED\n"
            "7   Zoë   hd         vp8    audio+video  2023-11-14T22:13:20Z\n"
            "12  Bao   sd         h264   -            2023-11-14T22:14:20Z\n");
}

TEST(Output, AnEmptyListIsItsHeading) {
  EXPECT_EQ(RoomsTable({}), "ROOM  PEOPLE  MIXER  CREATED\n");
  EXPECT_EQ(RoomsJson({}), "{\"rooms\":[]}\n");
}

TEST(Output, JsonHasTheNamesOfTheProtocol) {
  EXPECT_EQ(RoomsJson({{"crisis", 1'700'000'000, 2, true}}),
            R"({"rooms":[{"name":"rooms/crisis","createTime":"2023-11-14T22:13:20Z",)"
            R"("participantCount":2,"mixerRunning":true}]})"
            "\n");
  EXPECT_EQ(ParticipantsJson("crisis", {kTwo[0]}),
            R"({"participants":[{"name":"rooms/crisis/participants/7","displayName":"Zoë",)"
            R"("joinTime":"2023-11-14T22:13:20Z","rendition":"hd","videoCodec":"vp8",)"
            R"("sendsAudio":true,"sendsVideo":true}]})"
            "\n");
}

TEST(Output, AnUpdateIsOneLineOfJson) {
  const std::string line = UpdateJson({{"crisis", 0, 2, true}, kTwo, false});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(UpdateText({{"crisis", 0, 0, false}, {}, true}), "The room crisis was deleted.\n");
}

}  // namespace
}  // namespace continuo
