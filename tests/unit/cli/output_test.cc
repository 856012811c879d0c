// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

const std::vector<ParticipantView> kTwo{
    {ParticipantId(7), "Zoë", Rung::kHd, VideoCodec::kVp8, true, true, 1'700'000'000},
    {ParticipantId(12), "Bao", Rung::kSd, VideoCodec::kH264, false, false, 1'700'000'060}};

const EngineView kOnDevice{
    "vaapi:/dev/dri/renderD128", "", {Backend::kCpu, Backend::kVaapi}, {Backend::kVaapi}, {}};

TEST(Output, TablesLineUpWhateverTheNamesAre) {
  EXPECT_EQ(ParticipantsTable(kTwo),
            "ID  NAME  RENDITION  CODEC  SENDS        JOINED\n"
            "7   Zoë   hd         vp8    audio+video  2023-11-14T22:13:20Z\n"
            "12  Bao   sd         h264   -            2023-11-14T22:14:20Z\n");
}

TEST(Output, AnEmptyListIsItsHeading) {
  EXPECT_EQ(RoomsTable({}), "ROOM  PEOPLE  MIXER  DEVICE  CREATED\n");
  EXPECT_EQ(RoomsJson({}), "{\"rooms\":[]}\n");
}

TEST(Output, JsonHasTheNamesOfTheProtocol) {
  EXPECT_EQ(RoomsJson({{"crisis", 1'700'000'000, 2, true, kOnDevice}}),
            R"({"rooms":[{"name":"rooms/crisis","createTime":"2023-11-14T22:13:20Z",)"
            R"("participantCount":2,"mixerRunning":true,"engine":{)"
            R"("device":"vaapi:/dev/dri/renderD128","decode":["cpu","vaapi"],"compose":["vaapi"],)"
            R"("encode":[],"deviceFailure":""}}]})"
            "\n");
  EXPECT_EQ(ParticipantsJson("crisis", {kTwo[0]}),
            R"({"participants":[{"name":"rooms/crisis/participants/7","displayName":"Zoë",)"
            R"("joinTime":"2023-11-14T22:13:20Z","rendition":"hd","videoCodec":"vp8",)"
            R"("sendsAudio":true,"sendsVideo":true}]})"
            "\n");
}

TEST(Output, ARoomSaysWhatMakesItsPicture) {
  EXPECT_EQ(RoomText({"crisis", 1'700'000'000, 2, true, kOnDevice}),
            "ROOM    PEOPLE  MIXER    DEVICE                     CREATED\n"
            "crisis  2       running  vaapi:/dev/dri/renderD128  2023-11-14T22:13:20Z\n"
            "decode: cpu, vaapi; compose: vaapi; encode: -\n");
  EngineView moved{"cpu", "vaapi:/dev/dri/renderD128: it hangs", {}, {}, {}};
  EXPECT_THAT(RoomText({"crisis", 0, 2, true, moved}),
              ::testing::EndsWith("It left vaapi:/dev/dri/renderD128: it hangs\n"));
}

TEST(Output, ADeviceSaysWhyItIsNotUsed) {
  const std::vector<DeviceView> devices{
      {"cpu", "cpu", DeviceState::kReady, "", 1'700'000'000, "", 2, 0.256},
      {"renderD128", "/dev/dri/renderD128", DeviceState::kRefused, "vaapi: no driver",
       1'700'000'000, "", 0, 0}};
  EXPECT_EQ(DevicesTable(devices),
            "DEVICE      STATE    ROOMS  LOAD  USED AS              DRIVER  WHY\n"
            "cpu         ready    2      0.26  cpu                  -       -\n"
            "renderD128  refused  0      0.00  /dev/dri/renderD128  -       vaapi: no driver\n");
  EXPECT_EQ(DeviceJson(devices[1]),
            R"({"name":"devices/renderD128","spec":"/dev/dri/renderD128","state":"refused",)"
            R"("reason":"vaapi: no driver","stateTime":"2023-11-14T22:13:20Z","driver":"",)"
            R"("roomCount":0,"load":0E0})"
            "\n");
}

TEST(Output, AnUpdateIsOneLineOfJson) {
  const std::string line = UpdateJson({{"crisis", 0, 2, true, {}}, kTwo, false});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(UpdateText({{"crisis", 0, 0, false, {}}, {}, true}), "The room crisis was deleted.\n");
}

}  // namespace
}  // namespace continuo
