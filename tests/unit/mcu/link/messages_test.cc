// SPDX-License-Identifier: Apache-2.0
#include "mcu/link/messages.h"

#include <gtest/gtest.h>

#include <vector>

#include "mcu/link/link_memory.h"
#include "mcu/link/scene_message.h"

namespace continuo {
namespace {

Scene TwoPeople() {
  Scene scene;
  scene.version = 9;
  scene.shard_count = 2;
  scene.tiles = {{ParticipantId(4), "Hélène Dupré", {0, 180, 640, 360}, CameraState::kOn},
                 {ParticipantId(5), "Bob", {640, 180, 640, 360}, CameraState::kOff}};
  scene.voices = {{ParticipantId(4), ShardIndex(1), Rung::kSd, true, true},
                  {ParticipantId(5), ShardIndex(0), Rung::kHd, false, false}};
  scene.renditions.set(2);
  scene.audio_rungs.set(1);
  return scene;
}

class MessagesTest : public ::testing::Test {
 protected:
  MessagesTest() : link_(*LinkMemory::Create(2)) {}
  std::unique_ptr<LinkMemory> link_;
  RingProducer up_{link_->video_up(1)};
  RingConsumer down_{link_->video_up(1)};
  const int wake_ = link_->wake_shard_fd(1);
  const std::vector<uint8_t> bytes_{1, 2, 3, 4, 5};
};

TEST_F(MessagesTest, ASceneArrivesAsItWas) {
  ASSERT_TRUE(WriteScene(up_, wake_, TwoPeople()));
  const auto record = down_.Peek();
  ASSERT_TRUE(record);
  ASSERT_EQ(record->type, static_cast<uint32_t>(LinkRecord::kScene));
  EXPECT_EQ(ReadScene(record->bytes), TwoPeople());
}

TEST_F(MessagesTest, ARenditionFrameArrivesAsItWas) {
  const VideoRendition rendition{VideoCodec::kH264, Rung::kSd};
  ASSERT_TRUE(WriteRenditionFrame(
      up_, wake_,
      {rendition, {VideoCodec::kH264, FrameKind::kKey, 77, Timestamp::Millis(5), bytes_}}));
  const auto record = down_.Peek();
  ASSERT_TRUE(record);
  const auto read = ReadRenditionFrame(record->bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->rendition, rendition);
  EXPECT_EQ(read->frame.kind, FrameKind::kKey);
  EXPECT_EQ(read->frame.rtp_timestamp, 77u);
  EXPECT_EQ(read->frame.capture_time, Timestamp::Millis(5));
  EXPECT_TRUE(std::equal(bytes_.begin(), bytes_.end(), read->frame.payload.begin(),
                         read->frame.payload.end()));
}

TEST_F(MessagesTest, APrivateMixArrivesAsItWas) {
  ASSERT_TRUE(WritePrivateAudio(up_, wake_, {ParticipantId(42), 1234567890123, bytes_}));
  const auto record = down_.Peek();
  ASSERT_TRUE(record);
  const auto read = ReadPrivateAudio(record->bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->participant, ParticipantId(42));
  EXPECT_EQ(read->tick, 1234567890123);
}

TEST_F(MessagesTest, TruncatedAndAbsurdRecordsAreRefused) {
  ASSERT_TRUE(WriteRenditionFrame(
      up_, wake_, {{}, {VideoCodec::kVp8, FrameKind::kKey, 77, Timestamp::Millis(5), bytes_}}));
  const auto record = down_.Peek();
  ASSERT_TRUE(record);
  std::vector<uint8_t> copy(record->bytes.begin(), record->bytes.end());
  for (size_t n = 0; n + bytes_.size() <= copy.size(); ++n) {
    EXPECT_FALSE(ReadRenditionFrame(ByteView(copy).first(n))) << n;
  }
  copy[0] = 200;  // a rendition that does not exist
  EXPECT_FALSE(ReadRenditionFrame(copy));
  EXPECT_FALSE(ReadSharedAudio(copy)) << "no such rung";
}

TEST_F(MessagesTest, ASceneOutsideTheCanvasIsRefused) {
  Scene scene = TwoPeople();
  scene.tiles[0].rect.x = 1000;
  EXPECT_FALSE(ParseScene(SerializeScene(scene)));
  scene = TwoPeople();
  scene.tiles[0].rect.width = 639;
  EXPECT_FALSE(ParseScene(SerializeScene(scene)));
  EXPECT_FALSE(ParseScene("\xff\xff\xff"));
}

TEST_F(MessagesTest, AMixerAdoptsWhatTheEdgeMade) {
  // As after fork and exec: the descriptors arrive in order at consecutive numbers.
  const std::vector<int> fds = link_->Descriptors();
  constexpr int kFirst = 100;
  for (size_t i = 0; i < fds.size(); ++i) {
    ASSERT_EQ(dup2(fds[i], kFirst + static_cast<int>(i)), kFirst + static_cast<int>(i));
  }
  const auto mixer = LinkMemory::Adopt(kFirst, 2);
  ASSERT_TRUE(mixer);
  RingProducer producer((*mixer)->control_up());
  ASSERT_TRUE(WriteSenderKeyFrame(producer, (*mixer)->wake_control_fd(), ParticipantId(3)));
  RingConsumer consumer(link_->control_up());
  const auto record = consumer.Peek();
  ASSERT_TRUE(record);
  EXPECT_EQ(ReadSenderKeyFrame(record->bytes), ParticipantId(3));
}

}  // namespace
}  // namespace continuo
