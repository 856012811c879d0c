// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/pacer.h"

#include <gtest/gtest.h>

#include <vector>

#include "transport/tx/packetizer.h"

namespace continuo {
namespace {

class PacerTest : public testing::Test {
 protected:
  // A frame of so many packets of 1000 bytes.
  PacketizedFrameRef Frame(size_t packets) {
    const std::vector<uint8_t> bytes(packets * 996, 0x11);
    return packetizer_.Packetize({.payload = bytes});
  }
  // Sends all that waits, and returns how long that took.
  TimeDelta Drain() {
    const Timestamp start = now_;
    while (!pacer_.NextDeadline().IsInfinite()) {
      now_ = std::max(now_, pacer_.NextDeadline());
      while (const auto packet = pacer_.Next(now_)) sent_.push_back(*packet);
    }
    return now_ - start;
  }

  PacketizedFramePool pool_;
  Packetizer packetizer_{VideoCodec::kVp8, 1000, pool_};
  Pacer pacer_{DataRate::KilobitsPerSec(800)};  // paced at 2 Mbit/s: 4 ms per packet
  Timestamp now_ = Timestamp::Millis(77'000);
  std::vector<PacedPacket> sent_;
};

TEST_F(PacerTest, SpreadsALargeFrame) {
  ASSERT_TRUE(pacer_.Enqueue(Frame(20)));
  const TimeDelta took = Drain();
  ASSERT_EQ(sent_.size(), 20u);
  for (size_t i = 0; i < 20; ++i) EXPECT_EQ(sent_[i].packet, i);
  EXPECT_GE(took, TimeDelta::Millis(19 * 4 - 24 - 4));
  EXPECT_LE(took, TimeDelta::Millis(80 - 24));
}

TEST_F(PacerTest, AnOrdinaryFrameLeavesAtOnce) {
  for (int i = 0; i < 25; ++i) {
    now_ += TimeDelta::Millis(40);
    ASSERT_TRUE(pacer_.Enqueue(Frame(4)));  // 800 kbit/s at 25 fps
    EXPECT_EQ(Drain(), TimeDelta()) << "frame " << i;
  }
}

TEST_F(PacerTest, OnAThinRungOnlyAPacketOrTwoLeaveTogether) {
  pacer_.SetMediaRate(DataRate::KilobitsPerSec(80));  // paced at 200 kbit/s: 40 ms per packet
  ASSERT_TRUE(pacer_.Enqueue(Frame(4)));
  EXPECT_GE(Drain(), TimeDelta::Millis(3 * 40 - 5));
}

TEST_F(PacerTest, HurriesWhenTheQueueWouldTakeTooLong) {
  ASSERT_TRUE(pacer_.Enqueue(Frame(400)));  // 1.6 s at the usual rate
  EXPECT_LE(Drain(), Pacer::kMaxQueueTime);
  EXPECT_EQ(sent_.size(), 400u);
  // And is calm again afterwards.
  now_ += TimeDelta::Seconds(1);
  ASSERT_TRUE(pacer_.Enqueue(Frame(20)));
  EXPECT_GE(Drain(), TimeDelta::Millis(45));
}

TEST_F(PacerTest, TakesAFrameWholeOrNotAtAll) {
  ASSERT_TRUE(pacer_.Enqueue(Frame(Pacer::kMaxQueued - 5)));
  EXPECT_FALSE(pacer_.Enqueue(Frame(6)));
  EXPECT_EQ(pacer_.queued(), Pacer::kMaxQueued - 5);
  EXPECT_TRUE(pacer_.Enqueue(Frame(5)));
}

TEST_F(PacerTest, RetransmissionsGoFirst) {
  const auto old = Frame(1);
  ASSERT_TRUE(pacer_.Enqueue(Frame(3)));
  pacer_.EnqueueResend({.frame = old, .packet = 0, .resend_of = 42});
  EXPECT_EQ(pacer_.Next(now_)->resend_of, 42);
}

TEST_F(PacerTest, SoundMakesThePictureWait) {
  ASSERT_TRUE(pacer_.Enqueue(Frame(1)));
  pacer_.OnUnpacedBytes(10'000, now_);
  EXPECT_FALSE(pacer_.Next(now_));
  EXPECT_GE(pacer_.NextDeadline(), now_ + TimeDelta::Millis(10));
  pacer_.OnUnpacedBytes(1'000'000, now_);
  EXPECT_LE(pacer_.NextDeadline(), now_ + Pacer::kMaxQueueTime) << "but not for ever";
}

TEST_F(PacerTest, DroppingLetsTheFrameThatHasBegunFinish) {
  ASSERT_TRUE(pacer_.Enqueue(Frame(3)));
  ASSERT_TRUE(pacer_.Enqueue(Frame(4)));
  ASSERT_TRUE(pacer_.Enqueue(Frame(4)));
  ASSERT_TRUE(pacer_.Next(now_));
  EXPECT_EQ(pacer_.DropUnsentFrames(), 2u);
  EXPECT_EQ(pacer_.queued(), 2u);
  Drain();
  EXPECT_EQ(sent_.size(), 2u);
  EXPECT_EQ(pool_.frames_in_use(), 1u) << "only what this test holds";
}

}  // namespace
}  // namespace continuo
