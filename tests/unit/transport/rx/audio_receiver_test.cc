// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/audio_receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace continuo {
namespace {

constexpr uint8_t kOpus = 111;

class AudioReceiverTest : public testing::Test {
 protected:
  std::optional<AudioPacket> Arrive(uint16_t sequence, uint32_t timestamp, size_t size = 3,
                                    uint8_t payload_type = kOpus) {
    payload_.assign(size, 0x78);
    RtpPacket packet;
    packet.sequence_number = sequence;
    packet.timestamp = timestamp;
    packet.payload_type = payload_type;
    packet.payload = payload_;
    return receiver_.OnRtp(packet, now_);
  }

  Timestamp now_ = Timestamp::Millis(1234);
  RxProbe probe_;
  AudioReceiver receiver_{kOpus, probe_};
  std::vector<uint8_t> payload_;
};

TEST_F(AudioReceiverTest, UnwrapsNumbersAndLeavesTheOrder) {
  const auto first = *Arrive(65'535, 0xffff'ffff - 959);
  const auto third = *Arrive(1, 960);
  const auto second = *Arrive(0, 0);
  EXPECT_EQ(third.sequence, first.sequence + 2);
  EXPECT_EQ(second.sequence, first.sequence + 1);
  EXPECT_EQ(third.rtp_timestamp, first.rtp_timestamp + 1920);
  EXPECT_EQ(second.rtp_timestamp, first.rtp_timestamp + 960);
  EXPECT_EQ(first.arrival, now_);
  EXPECT_EQ(second.payload.size(), 3u);
}

TEST_F(AudioReceiverTest, DropsWhatIsNoSound) {
  EXPECT_FALSE(Arrive(1, 0, 3, 0));
  EXPECT_FALSE(Arrive(1, 0, kMaxAudioPayload + 1));
  EXPECT_EQ(probe_.malformed.value(), 2u);
  EXPECT_FALSE(Arrive(1, 0, 0));
  EXPECT_TRUE(Arrive(2, 960, kMaxAudioPayload));
  EXPECT_FALSE(Arrive(20'000, 960));
  EXPECT_EQ(probe_.suspect_sequences.value(), 1u);
}

TEST_F(AudioReceiverTest, ReportsLoss) {
  for (const uint16_t s : {10, 11, 14}) Arrive(s, s * 960u);
  EXPECT_EQ(receiver_.TakeReport(Ssrc(5), now_)->cumulative_lost, 2);
}

}  // namespace
}  // namespace continuo
