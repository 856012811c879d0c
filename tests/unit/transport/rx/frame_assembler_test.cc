// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/frame_assembler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/hex.h"

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A VP8 payload: `k` begins a key frame, `d` a delta frame, `-` goes on; then a byte that marks it.
std::vector<uint8_t> Vp8(char kind, int mark) {
  std::vector<uint8_t> bytes;
  if (kind == 'k') bytes = Hex("10 | 10 02 00 9d 01 2a 40 01 b4 00");
  if (kind == 'd') bytes = Hex("10 | 11 02 00");
  if (kind == '-') bytes = Hex("00 | 33");
  bytes.push_back(static_cast<uint8_t>(mark));
  return bytes;
}

class FrameAssemblerTest : public testing::Test, public EncodedFrameSink {
 protected:
  FrameAssemblerTest() { assembler_.Start(100); }

  // Frames have the timestamp of their number; the last packet of each has the marker.
  FrameAssembler::Outcome Insert(int64_t sequence, char kind, uint32_t frame, bool last) {
    return assembler_.Insert({.sequence = sequence,
                              .rtp_timestamp = frame,
                              .marker = last,
                              .payload = Vp8(kind, static_cast<int>(sequence % 256)),
                              .arrival = Timestamp::Millis(sequence)});
  }
  void InsertH264(int64_t sequence, std::string_view payload, uint32_t frame, bool last) {
    assembler_.Insert({.sequence = sequence,
                       .rtp_timestamp = frame,
                       .marker = last,
                       .codec = VideoCodec::kH264,
                       .payload = Hex(payload)});
  }
  void OnFrame(const EncodedFrame& frame) override {
    shown_.push_back((frame.kind == FrameKind::kKey ? "k" : "d") +
                     std::to_string(frame.rtp_timestamp));
    last_ = std::vector<uint8_t>(frame.payload.begin(), frame.payload.end());
    last_arrival_ = frame.capture_time;
  }

  ReceiveArena arena_{1024};
  RxProbe probe_;
  FrameAssembler assembler_{arena_, probe_, *this};
  std::vector<std::string> shown_;
  std::vector<uint8_t> last_;
  Timestamp last_arrival_;
};

TEST_F(FrameAssemblerTest, HandsOnEachFrameAsSoonAsItIsWhole) {
  Insert(100, 'k', 1, false);
  Insert(101, '-', 1, false);
  EXPECT_THAT(shown_, IsEmpty());
  Insert(102, '-', 1, true);
  EXPECT_THAT(shown_, ElementsAre("k1"));
  EXPECT_EQ(last_, Hex("10 02 00 9d 01 2a 40 01 b4 00 64 | 33 65 | 33 66"));
  EXPECT_EQ(last_arrival_, Timestamp::Millis(102));
  Insert(103, 'd', 2, true);
  EXPECT_THAT(shown_, ElementsAre("k1", "d2"));
  EXPECT_EQ(arena_.blocks_in_use(), 0u);
}

TEST_F(FrameAssemblerTest, PutsPacketsInOrderWithinAndAcrossFrames) {
  Insert(103, 'd', 2, true);
  Insert(102, '-', 1, true);
  Insert(100, 'k', 1, false);
  EXPECT_THAT(shown_, IsEmpty());
  Insert(101, '-', 1, false);
  EXPECT_THAT(shown_, ElementsAre("k1", "d2"));
}

TEST_F(FrameAssemblerTest, FirstPacketsMayOvertakeEachOther) {
  assembler_.Start(101);
  Insert(101, '-', 1, false);
  EXPECT_TRUE(assembler_.WantsKeyFrame());
  Insert(100, 'k', 1, false);
  EXPECT_FALSE(assembler_.WantsKeyFrame());
  Insert(102, '-', 1, true);
  EXPECT_THAT(shown_, ElementsAre("k1"));
}

TEST_F(FrameAssemblerTest, TheBeginningMovesNoFurtherThanThereIsRoom) {
  Insert(100, '-', 1, false);
  Insert(100 + FrameAssembler::kSlots - 1, '-', 9, false);
  EXPECT_EQ(Insert(99, 'k', 1, false), FrameAssembler::Outcome::kLate);
  Insert(101, '-', 1, true);
  EXPECT_EQ(Insert(99, 'k', 1, false), FrameAssembler::Outcome::kLate) << "nor later";
}

TEST_F(FrameAssemblerTest, DuplicatesAndLatecomersAreOnlyCounted) {
  EXPECT_EQ(Insert(101, '-', 1, true), FrameAssembler::Outcome::kTaken);
  EXPECT_EQ(Insert(101, '-', 1, true), FrameAssembler::Outcome::kLate);
  Insert(100, 'k', 1, false);
  EXPECT_EQ(Insert(100, 'k', 1, false), FrameAssembler::Outcome::kLate);
  EXPECT_THAT(shown_, ElementsAre("k1"));
}

TEST_F(FrameAssemblerTest, NothingIsShownBeforeTheFirstKeyFrame) {
  Insert(100, 'd', 1, true);
  EXPECT_TRUE(assembler_.WantsKeyFrame());
  Insert(101, 'd', 2, true);
  EXPECT_THAT(shown_, IsEmpty());
  EXPECT_EQ(probe_.frames_undecodable.value(), 2u);
  Insert(102, 'k', 3, false);
  EXPECT_FALSE(assembler_.WantsKeyFrame()) << "it is on its way";
  Insert(103, '-', 3, true);
  EXPECT_THAT(shown_, ElementsAre("k3"));
}

TEST_F(FrameAssemblerTest, AfterAHoleThatStaysOnlyAKeyFrameIsLetThrough) {
  Insert(100, 'k', 1, true);
  Insert(102, 'd', 3, true);
  Insert(103, 'd', 4, true);
  EXPECT_FALSE(assembler_.WantsKeyFrame()) << "101 may still come";
  assembler_.SkipPast(101);
  EXPECT_TRUE(assembler_.WantsKeyFrame());
  Insert(104, 'd', 5, true);
  Insert(105, 'k', 6, true);
  Insert(106, 'd', 7, true);
  EXPECT_THAT(shown_, ElementsAre("k1", "k6", "d7"));
  EXPECT_EQ(probe_.frames_undecodable.value(), 3u);
  EXPECT_EQ(arena_.blocks_in_use(), 0u);
}

TEST_F(FrameAssemblerTest, AKeyFrameBehindTheHoleIsShownAtOnce) {
  Insert(100, 'k', 1, true);
  Insert(102, 'd', 3, true);
  Insert(104, 'k', 5, true);
  Insert(105, 'd', 6, true);
  EXPECT_THAT(shown_, ElementsAre("k1"));
  assembler_.SkipPast(101);  // 103 is missing too, and no longer matters
  EXPECT_THAT(shown_, ElementsAre("k1", "k5", "d6"));
  EXPECT_EQ(assembler_.next(), 106);
}

TEST_F(FrameAssemblerTest, AKeyFrameThatIsWaitedForIsShownWhateverIsMissingBeforeIt) {
  Insert(100, 'd', 1, true);
  Insert(102, 'd', 3, false);
  Insert(104, 'k', 5, true);
  EXPECT_THAT(shown_, ElementsAre("k5"));
  EXPECT_EQ(assembler_.next(), 105);
  EXPECT_EQ(Insert(103, '-', 3, true), FrameAssembler::Outcome::kLate);
}

TEST_F(FrameAssemblerTest, WhatIsLeftOfABrokenFrameIsNotShown) {
  Insert(100, 'k', 1, true);
  Insert(101, 'k', 2, false);
  Insert(103, '-', 2, true);
  assembler_.SkipPast(102);
  EXPECT_THAT(shown_, ElementsAre("k1"));
  EXPECT_GE(probe_.frames_incomplete.value(), 1u);
}

TEST_F(FrameAssemblerTest, AFrameWithoutItsLastPacketIsNotShown) {
  Insert(100, 'k', 1, true);
  Insert(101, 'd', 2, false);
  Insert(102, 'd', 3, true);  // no hole, but frame 2 never ended
  EXPECT_THAT(shown_, ElementsAre("k1"));
  EXPECT_TRUE(assembler_.WantsKeyFrame());
  Insert(103, 'k', 4, true);
  EXPECT_THAT(shown_, ElementsAre("k1", "k4"));
}

TEST_F(FrameAssemblerTest, H264UnitsWithoutMarkerAreNotRunTogether) {
  InsertH264(100, "78 | 00 02 67 42 | 00 02 65 88", 1, true);
  InsertH264(101, "41 9a", 2, false);
  InsertH264(102, "41 9b", 3, true);
  EXPECT_THAT(shown_, ElementsAre("k1"));
  EXPECT_EQ(probe_.frames_incomplete.value(), 1u);
  EXPECT_TRUE(assembler_.WantsKeyFrame());
}

TEST_F(FrameAssemblerTest, ProbesFillTheirPlaceOnly) {
  Insert(100, 'k', 1, true);
  assembler_.Insert({.sequence = 101, .rtp_timestamp = 1});
  Insert(102, 'd', 2, false);
  assembler_.Insert({.sequence = 103, .rtp_timestamp = 2});
  Insert(104, '-', 2, true);
  EXPECT_THAT(shown_, ElementsAre("k1", "d2"));
  EXPECT_EQ(last_, Hex("11 02 00 66 33 68"));
}

TEST_F(FrameAssemblerTest, AMalformedPacketSpoilsItsFrameAndNoMore) {
  Insert(100, 'k', 1, true);
  assembler_.Insert(
      {.sequence = 101, .rtp_timestamp = 2, .marker = true, .payload = Hex("90 80 81")});
  EXPECT_EQ(probe_.malformed.value(), 1u);
  Insert(102, 'd', 3, true);
  Insert(103, 'k', 4, true);
  EXPECT_THAT(shown_, ElementsAre("k1", "k4"));
}

TEST_F(FrameAssemblerTest, PacketsTooLargeForABlockAreMalformed) {
  const std::vector<uint8_t> huge(ReceiveArena::kBlockSize + 1, 0x10);
  assembler_.Insert({.sequence = 100, .rtp_timestamp = 1, .marker = true, .payload = huge});
  EXPECT_EQ(probe_.malformed.value(), 1u);
}

TEST_F(FrameAssemblerTest, AFloodBehindAHoleStaysBounded) {
  Insert(100, 'k', 1, true);
  for (int64_t s = 102; s < 3000; ++s) Insert(s, 'd', static_cast<uint32_t>(s), true);
  EXPECT_LE(arena_.blocks_in_use(), static_cast<size_t>(FrameAssembler::kSlots));
  EXPECT_TRUE(assembler_.WantsKeyFrame());
  Insert(3000, 'k', 9000, true);
  EXPECT_THAT(shown_, ElementsAre("k1", "k9000"));
}

TEST_F(FrameAssemblerTest, AFrameThatNeverEndsGivesWay) {
  for (int64_t s = 100; s < 100 + FrameAssembler::kSlots + 3; ++s) {
    EXPECT_EQ(Insert(s, s == 100 ? 'k' : '-', 1, false), FrameAssembler::Outcome::kTaken);
  }
  EXPECT_LE(arena_.blocks_in_use(), static_cast<size_t>(FrameAssembler::kSlots));
  Insert(100 + FrameAssembler::kSlots + 3, 'k', 2, true);
  EXPECT_THAT(shown_, ElementsAre("k2"));
}

TEST_F(FrameAssemblerTest, AFullArenaLosesThePacketAndRecovers) {
  ReceiveArena small(64);
  FrameAssembler assembler(small, probe_, *this);
  assembler.Start(0);
  const auto payload = Vp8('-', 1);
  for (int64_t s = 1; s <= 64; ++s) {
    EXPECT_EQ(assembler.Insert({.sequence = s, .payload = payload}),
              FrameAssembler::Outcome::kTaken);
  }
  EXPECT_EQ(assembler.Insert({.sequence = 65, .payload = payload}),
            FrameAssembler::Outcome::kNoRoom);
  assembler.SkipPast(64);
  EXPECT_EQ(small.blocks_in_use(), 0u);
}

TEST_F(FrameAssemblerTest, H264BecomesAnnexB) {
  InsertH264(100, "78 | 00 02 67 42 | 00 02 68 ce", 1, false);
  InsertH264(101, "7c 85 88", 1, false);
  InsertH264(102, "7c 45 99", 1, true);
  EXPECT_THAT(shown_, ElementsAre("k1"));
  EXPECT_EQ(last_, Hex("00000001 6742 00000001 68ce 00000001 65 88 99"));
  InsertH264(103, "41 9a", 2, true);
  EXPECT_THAT(shown_, ElementsAre("k1", "d2"));
}

TEST_F(FrameAssemblerTest, H264KeyFrameNeedsItsParameterSets) {
  InsertH264(100, "65 88 01", 1, true);
  EXPECT_THAT(shown_, IsEmpty());
  InsertH264(101, "67 42", 2, false);
  EXPECT_FALSE(assembler_.WantsKeyFrame());
  InsertH264(102, "68 ce", 2, false);
  InsertH264(103, "65 88 01", 2, true);
  EXPECT_THAT(shown_, ElementsAre("k2"));
}

TEST_F(FrameAssemblerTest, H264KeepsWhatComesBeforeTheParameterSets) {
  InsertH264(100, "09 f0", 1, false);
  InsertH264(101, "67 42", 1, false);
  InsertH264(102, "65 88 01", 1, true);
  EXPECT_EQ(last_, Hex("00000001 09f0 00000001 6742 00000001 65 88 01"));
}

TEST_F(FrameAssemblerTest, H264FragmentsThatDontFitSpoilTheUnit) {
  InsertH264(100, "67 42", 1, false);
  InsertH264(101, "7c 85 88", 1, false);
  InsertH264(102, "41 9a", 1, true);
  EXPECT_THAT(shown_, IsEmpty());
  EXPECT_EQ(probe_.frames_incomplete.value(), 1u);
}

TEST_F(FrameAssemblerTest, AnotherCodecBeginsWithAKeyFrame) {
  Insert(100, 'k', 1, true);
  InsertH264(101, "41 9a", 2, true);
  EXPECT_THAT(shown_, ElementsAre("k1"));
  InsertH264(102, "78 | 00 02 67 42 | 00 02 65 88", 3, true);
  EXPECT_THAT(shown_, ElementsAre("k1", "k3"));
}

TEST_F(FrameAssemblerTest, GivesItsBlocksBack) {
  {
    FrameAssembler assembler(arena_, probe_, *this);
    assembler.Start(0);
    const auto payload = Vp8('-', 1);
    for (int64_t s = 1; s < 50; ++s) assembler.Insert({.sequence = s, .payload = payload});
    EXPECT_EQ(arena_.blocks_in_use(), 49u);
  }
  EXPECT_EQ(arena_.blocks_in_use(), 0u);
}

}  // namespace
}  // namespace continuo
