// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/transport_feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "tests/support/hex.h"

namespace continuo {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::Field;
using ::testing::SizeIs;

using Packet = TransportFeedback::Packet;
constexpr Timestamp kLost = Timestamp::Infinite();

Packet Lost(uint16_t sequence) { return {sequence, std::nullopt}; }
Packet Arrived(uint16_t sequence, TimeDelta arrival) { return {sequence, arrival}; }

std::vector<Packet> Packets(const TransportFeedback& feedback) {
  std::vector<Packet> packets;
  TransportFeedback::Cursor cursor(feedback);
  while (const auto packet = cursor.Next()) packets.push_back(*packet);
  return packets;
}

std::vector<Packet> ParsePackets(std::string_view hex) {
  const auto bytes = Hex(hex);
  const auto feedback = TransportFeedback::Parse(bytes);
  return feedback ? Packets(*feedback) : std::vector<Packet>();
}

// One feedback after another until everything is reported, read back as times on our clock.
std::vector<Timestamp> ReportAndRead(const std::vector<Timestamp>& arrivals, size_t room,
                                     uint16_t base = 0) {
  std::vector<Timestamp> read;
  std::vector<uint8_t> buffer(room);
  while (read.size() < arrivals.size()) {
    ByteWriter out(buffer);
    const auto sequence = static_cast<uint16_t>(base + read.size());
    const size_t taken = WriteTransportFeedback(
        out, {.base_sequence = sequence, .arrivals = std::span(arrivals).subspan(read.size())});
    if (taken == 0) break;
    const auto feedback = TransportFeedback::Parse(out.written());
    EXPECT_TRUE(feedback);
    if (!feedback) break;
    EXPECT_EQ(feedback->base_sequence(), sequence);
    EXPECT_EQ(feedback->packet_count(), taken);
    EXPECT_EQ(out.size() % 4, 0u);
    for (const Packet& packet : Packets(*feedback)) {
      EXPECT_EQ(packet.sequence, static_cast<uint16_t>(base + read.size()));
      read.push_back(packet.arrival ? Timestamp() + feedback->reference_time() + *packet.arrival
                                    : kLost);
    }
  }
  return read;
}

std::vector<Timestamp> RoundedToTicks(std::vector<Timestamp> arrivals) {
  for (Timestamp& t : arrivals) {
    if (!t.IsInfinite()) t = Timestamp::Micros(t.us() / 250 * 250);
  }
  return arrivals;
}

TEST(TransportFeedback, ReadsItsHeader) {
  const auto bytes = Hex("8f cd 0005 | 000a11ce | 00003114 | fffe 0001 | fffffe 2a | 2001 04 00");
  const auto feedback = TransportFeedback::Parse(bytes);
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->sender(), Ssrc(0xa11ce));
  EXPECT_EQ(feedback->media(), Ssrc(0x3114));
  EXPECT_EQ(feedback->base_sequence(), 0xfffe);
  EXPECT_EQ(feedback->packet_count(), 1);
  EXPECT_EQ(feedback->feedback_count(), 0x2a);
  EXPECT_EQ(feedback->reference_time(), TimeDelta::Millis(-128)) << "24 bits, signed";
  EXPECT_THAT(Packets(*feedback), ElementsAre(Arrived(0xfffe, TimeDelta::Millis(1))));
}

TEST(TransportFeedback, ReadsRunsAcrossTheWrap) {
  EXPECT_THAT(ParsePackets("8f cd 0006 | 00000000 | 00000000 | fffe 0005 | 000000 00 |"
                           "2002 | 0003 | 04 08 | 0000"),
              ElementsAre(Arrived(0xfffe, TimeDelta::Millis(1)),
                          Arrived(0xffff, TimeDelta::Millis(3)), Lost(0), Lost(1), Lost(2)));
}

TEST(TransportFeedback, ReadsVectorsOfBothKinds) {
  // One-bit: 1 0 1, the rest unused. Two-bit: large, lost, small.
  EXPECT_THAT(
      ParsePackets("8f cd 0005 | 00000000 | 00000000 | 0007 0003 | 000000 00 |"
                   "a800 | 04 04"),
      ElementsAre(Arrived(7, TimeDelta::Millis(1)), Lost(8), Arrived(9, TimeDelta::Millis(2))));
  EXPECT_THAT(
      ParsePackets("8f cd 0006 | 00000000 | 00000000 | 0007 0003 | 000000 00 |"
                   "e100 | fffc 08 | 000000"),
      ElementsAre(Arrived(7, TimeDelta::Millis(-1)), Lost(8), Arrived(9, TimeDelta::Millis(1))))
      << "a negative delta is a packet that overtook another";
}

TEST(TransportFeedback, RefusesWhatItsBytesCannotHold) {
  const char* const fixed = "8f cd 0005 | 00000000 | 00000000 |";
  const auto refused = [&](std::string_view rest) {
    return !TransportFeedback::Parse(Hex(std::string(fixed) + std::string(rest)));
  };
  EXPECT_FALSE(refused("0007 0001 | 000000 00 | 2001 04 00"));
  EXPECT_TRUE(refused("0007 0000 | 000000 00 | 2001 04 00")) << "about no packet";
  EXPECT_TRUE(refused("0007 0003 | 000000 00 | 2003 04 00")) << "a delta is missing";
  EXPECT_TRUE(refused("0007 0004 | 000000 00 | 0001 0001")) << "chunks for two packets only";
  EXPECT_TRUE(refused("0007 0001 | 000000 00 | 6001 0000")) << "the reserved status";
  EXPECT_TRUE(refused("0007 0008 | 000000 00 | 0000 0000")) << "runs of nothing";
  EXPECT_TRUE(refused("0007 2001 | 000000 00 | 1fff 1fff")) << "8193 packets";
  EXPECT_TRUE(refused("0007"));
}

TEST(TransportFeedback, WritesTheSmallestFeedbackByteForByte) {
  std::array<uint8_t, 64> buffer{};
  ByteWriter out(buffer);
  const std::array arrivals{Timestamp::Micros(64'000 * 5 + 1'000)};
  EXPECT_EQ(WriteTransportFeedback(out, {.sender = Ssrc(0x3114),
                                         .media = Ssrc(0xa11ce),
                                         .base_sequence = 0xbeef,
                                         .feedback_count = 9,
                                         .arrivals = arrivals}),
            1u);
  EXPECT_THAT(out.written(), ElementsAreArray(Hex("8f cd 0005 | 00003114 | 000a11ce | beef 0001 |"
                                                  "000005 09 | 2001 04 00")));
}

TEST(TransportFeedback, ReportsASteadyStreamWithoutLoss) {
  std::vector<Timestamp> arrivals;
  for (int i = 0; i < 200; ++i) arrivals.push_back(Timestamp::Micros(1'000'000 + i * 5'137));
  EXPECT_EQ(ReportAndRead(arrivals, 1200), RoundedToTicks(arrivals));
}

TEST(TransportFeedback, CostsOneBytePerPacketOfASteadyStream) {
  std::vector<Timestamp> arrivals;
  for (int i = 0; i < 100; ++i) arrivals.push_back(Timestamp::Millis(1'000 + i * 10));
  std::array<uint8_t, 1200> buffer{};
  ByteWriter out(buffer);
  EXPECT_EQ(WriteTransportFeedback(out, {.arrivals = arrivals}), 100u);
  EXPECT_EQ(out.size(), 20u + 100u + 2u + 2u) << "one run, and padding to a word";
}

TEST(TransportFeedback, ReportsWhateverALinkDoes) {
  Prng random(20'240'501);
  for (int round = 0; round < 300; ++round) {
    const double loss = random.Unit();
    const double jitter_us = random.Unit() * 200'000;
    std::vector<Timestamp> arrivals;
    for (int i = 0; i < 400; ++i) {
      const auto jitter = static_cast<int64_t>(random.Unit() * jitter_us);
      const Timestamp arrival = Timestamp::Micros(5'000'000 + i * 3'000 + jitter);
      arrivals.push_back(random.Unit() < loss ? kLost : arrival);
    }
    arrivals.push_back(Timestamp::Millis(9'000));  // or a tail of losses might go unreported
    const size_t room = 28 + static_cast<size_t>(random.Unit() * 1'200);
    EXPECT_EQ(ReportAndRead(arrivals, room, static_cast<uint16_t>(random.Next())),
              RoundedToTicks(arrivals))
        << "round " << round << ", loss " << loss << ", room " << room;
  }
}

TEST(TransportFeedback, BeginsAnewAfterAPauseThatADeltaCannotSpan) {
  const std::vector<Timestamp> arrivals{Timestamp::Millis(1'000), Timestamp::Millis(9'191),
                                        Timestamp::Millis(9'192 + 8'192)};
  std::array<uint8_t, 1200> buffer{};
  ByteWriter out(buffer);
  EXPECT_EQ(WriteTransportFeedback(out, {.arrivals = arrivals}), 2u);
  EXPECT_EQ(ReportAndRead(arrivals, 1200), arrivals);
}

TEST(TransportFeedback, HasNothingToSayOfPacketsThatHaveNotCome) {
  std::array<uint8_t, 1200> buffer{};
  ByteWriter out(buffer);
  EXPECT_EQ(WriteTransportFeedback(out, {}), 0u);
  EXPECT_EQ(WriteTransportFeedback(out, {.arrivals = std::vector<Timestamp>(50, kLost)}), 0u);
  EXPECT_EQ(out.size(), 0u);
}

TEST(TransportFeedback, NeedsRoomForOnePacketAtLeast) {
  const std::array arrivals{Timestamp::Millis(1'000)};
  for (size_t room = 0; room < 24; ++room) {
    std::array<uint8_t, 24> buffer{};
    ByteWriter out(MutableBytes(buffer).first(room));
    EXPECT_EQ(WriteTransportFeedback(out, {.arrivals = arrivals}), 0u) << room;
    EXPECT_THAT(buffer, Each(0)) << room;
  }
}

TEST(TransportFeedback, SaysALongLossInFewBytes) {
  std::vector<Timestamp> arrivals(1'000, kLost);
  arrivals.front() = Timestamp::Millis(1'000);
  arrivals.back() = Timestamp::Millis(3'000);
  std::array<uint8_t, 1200> buffer{};
  ByteWriter out(buffer);
  EXPECT_EQ(WriteTransportFeedback(out, {.arrivals = arrivals}), 1'000u);
  EXPECT_LE(out.size(), 36u);
  EXPECT_EQ(ReportAndRead(arrivals, 1200), arrivals);
}

}  // namespace
}  // namespace continuo
