// SPDX-License-Identifier: Apache-2.0
#include "mcu/link/ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace continuo {
namespace {

class RingTest : public ::testing::Test {
 protected:
  static constexpr size_t kCapacity = 256;
  alignas(64) uint8_t memory_[RingMemory::BytesFor(kCapacity)] = {};
  RingMemory ring_{reinterpret_cast<RingHeader*>(memory_),
                   MutableBytes(memory_ + sizeof(RingHeader), kCapacity)};
  RingProducer producer_{ring_};
  RingConsumer consumer_{ring_};

  bool Send(std::string_view text) {
    const auto room = producer_.Reserve(7, text.size());
    if (!room) return false;
    std::memcpy(room->data(), text.data(), text.size());
    producer_.Commit();
    return true;
  }
  std::string Receive() {
    const auto record = consumer_.Peek();
    if (!record) return "(nothing)";
    EXPECT_EQ(record->type, 7u);
    std::string text(record->bytes.begin(), record->bytes.end());
    consumer_.Pop();
    return text;
  }
};

TEST_F(RingTest, GivesRecordsInOrderAcrossManyWraps) {
  for (int i = 0; i < 1000; ++i) {
    const std::string text(static_cast<size_t>(i % 90), static_cast<char>('a' + i % 26));
    ASSERT_TRUE(Send(text)) << i;
    ASSERT_EQ(Receive(), text) << i;
  }
  EXPECT_EQ(Receive(), "(nothing)");
}

TEST_F(RingTest, RefusesTheNewestWhenFullAndKeepsTheRest) {
  ASSERT_TRUE(Send(std::string(100, 'a')));
  ASSERT_TRUE(Send(std::string(100, 'b')));
  EXPECT_FALSE(Send(std::string(100, 'c')));
  EXPECT_EQ(Receive(), std::string(100, 'a'));
  EXPECT_EQ(Receive(), std::string(100, 'b'));
  EXPECT_TRUE(Send(std::string(100, 'd')));
  EXPECT_EQ(Receive(), std::string(100, 'd'));
}

TEST_F(RingTest, RefusesARecordThatCouldNeverFit) {
  EXPECT_FALSE(Send(std::string(kCapacity, 'x')));
  EXPECT_TRUE(Send("small"));
}

TEST_F(RingTest, WakesAConsumerOnlyIfItSleeps) {
  ASSERT_TRUE(producer_.Reserve(7, 1));
  EXPECT_FALSE(producer_.Commit()) << "nobody has said that he sleeps";
  EXPECT_FALSE(consumer_.PrepareToSleep()) << "there is a record";
  Receive();
  EXPECT_TRUE(consumer_.PrepareToSleep());
  ASSERT_TRUE(producer_.Reserve(7, 1));
  EXPECT_TRUE(producer_.Commit());
  ASSERT_TRUE(producer_.Reserve(7, 1));
  EXPECT_FALSE(producer_.Commit()) << "he has been woken already";
}

TEST_F(RingTest, NoticesAHostileLength) {
  ASSERT_TRUE(Send("hello"));
  const uint32_t huge = 0x7fffffff;
  std::memcpy(ring_.records.data(), &huge, sizeof(huge));
  EXPECT_FALSE(consumer_.Peek());
  EXPECT_TRUE(consumer_.broken());
}

TEST_F(RingTest, NoticesAHostileTail) {
  for (const uint64_t tail : {uint64_t{kCapacity + 8}, UINT64_MAX, uint64_t{13}}) {
    RingConsumer consumer{ring_};
    ring_.header->tail.store(tail);
    EXPECT_FALSE(consumer.Peek()) << tail;
    EXPECT_TRUE(consumer.broken()) << tail;
  }
}

TEST_F(RingTest, SurvivesAHostileHead) {
  ring_.header->head.store(UINT64_MAX / 2);
  EXPECT_FALSE(Send("x"));
}

}  // namespace
}  // namespace continuo
