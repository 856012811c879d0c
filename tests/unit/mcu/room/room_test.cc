// SPDX-License-Identifier: Apache-2.0
#include "mcu/room/room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using ::testing::ElementsAre;

Member Person(uint32_t id, const std::string& name, Rung rung = Rung::kHd,
              VideoCodec codec = VideoCodec::kVp8) {
  return {ParticipantId(id), name, ShardIndex(0), {codec, rung}, {true, true}, {true, true}, 0};
}

Member Listener(uint32_t id, const std::string& name) {
  Member member = Person(id, name);
  member.audio.sends = member.video.sends = false;
  return member;
}

std::vector<std::string> NamesOnTiles(const Scene& scene) {
  std::vector<std::string> names;
  for (const Tile& tile : scene.tiles) names.push_back(tile.name);
  return names;
}

class RoomTest : public ::testing::Test {
 protected:
  Room room_{RoomId(1), "crisis", 1, 0};
};

TEST_F(RoomTest, AnEmptyRoomDrawsAndMixesNothing) {
  EXPECT_TRUE(room_.scene().tiles.empty());
  EXPECT_TRUE(room_.scene().renditions.none());
  EXPECT_TRUE(room_.scene().audio_rungs.none());
}

TEST_F(RoomTest, WhoSendsHasATileAndAListenerHasNone) {
  room_.Join(Person(1, "Ada"));
  room_.Join(Listener(2, "Grace"));
  room_.Join(Person(3, "Hélène Dupré"));
  EXPECT_THAT(NamesOnTiles(room_.scene()), ElementsAre("Ada", "Hélène Dupré"));
  EXPECT_EQ(room_.scene().voices.size(), 3u);
}

TEST_F(RoomTest, SomebodyWithoutACameraHasATileThatSaysSo) {
  Member phone = Person(1, "Ada");
  phone.video.sends = false;
  room_.Join(phone);
  ASSERT_EQ(room_.scene().tiles.size(), 1u);
  EXPECT_EQ(room_.scene().tiles[0].camera, CameraState::kOff);
}

TEST_F(RoomTest, OnlyRenditionsThatSomebodyReceivesAreOn) {
  room_.Join(Person(1, "Ada", Rung::kSd, VideoCodec::kH264));
  Member deaf_and_blind = Person(2, "Recorder", Rung::kHd, VideoCodec::kVp8);
  deaf_and_blind.video.receives = deaf_and_blind.audio.receives = false;
  room_.Join(deaf_and_blind);
  const Scene& scene = room_.scene();
  EXPECT_EQ(scene.renditions.count(), 1u);
  EXPECT_TRUE(scene.renditions.test(
      static_cast<size_t>(VideoRendition{VideoCodec::kH264, Rung::kSd}.index())));
  EXPECT_TRUE(scene.audio_rungs.test(static_cast<size_t>(Rung::kSd)));
  EXPECT_FALSE(scene.audio_rungs.test(static_cast<size_t>(Rung::kHd)));
}

TEST_F(RoomTest, LeavingFreesTheTileAndEveryChangeIsANewVersion) {
  const uint64_t empty = room_.scene().version;
  room_.Join(Person(1, "Ada"));
  room_.Join(Person(2, "Grace"));
  EXPECT_EQ(room_.scene().version, empty + 2);
  EXPECT_TRUE(room_.Leave(ParticipantId(1)));
  EXPECT_EQ(room_.scene().version, empty + 3);
  EXPECT_THAT(NamesOnTiles(room_.scene()), ElementsAre("Grace"));
  EXPECT_FALSE(room_.Leave(ParticipantId(1)));
  EXPECT_EQ(room_.scene().version, empty + 3) << "nothing changed";
}

TEST_F(RoomTest, ACrowdDoesNotOverflowThePicture) {
  for (uint32_t i = 1; i <= 60; ++i) room_.Join(Person(i, "P" + std::to_string(i)));
  EXPECT_EQ(room_.scene().tiles.size(), 25u);
  EXPECT_EQ(room_.scene().voices.size(), 60u);
}

TEST(RoomNameTest, IsAPlainResourceId) {
  EXPECT_TRUE(IsValidRoomName("crisis"));
  EXPECT_TRUE(IsValidRoomName("ward-7"));
  for (const char* bad : {"", "-a", "a-", "Crisis", "a b", "a/b", "é", "..", "a_b"}) {
    EXPECT_FALSE(IsValidRoomName(bad)) << bad;
  }
  EXPECT_FALSE(IsValidRoomName(std::string(41, 'a')));
}

}  // namespace
}  // namespace continuo
