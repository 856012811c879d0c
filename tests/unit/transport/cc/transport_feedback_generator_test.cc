// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/transport_feedback_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "transport/wire/rtcp.h"

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class TransportFeedbackGeneratorTest : public testing::Test, public RtcpObserver {
 protected:
  void Arrive(uint16_t sequence, int64_t ms) {
    generator_.OnPacket(sequence, Ssrc(8), start_ + TimeDelta::Millis(ms));
  }
  // What the peer reads in the reports due by then: when each packet arrived, or that it didn't, in
  // ms since the start.
  using Report = std::map<int, std::optional<int64_t>>;
  Report ReportAt(int64_t ms, size_t space = 1200) {
    report_.clear();
    std::vector<uint8_t> buffer(space);
    for (;;) {
      ByteWriter out(buffer);
      if (!generator_.WriteDue(out, start_ + TimeDelta::Millis(ms))) return report_;
      const RtcpTally tally = ParseRtcp(out.written(), *this);
      EXPECT_EQ(tally, (RtcpTally{.understood = 1}));
    }
  }
  void OnTransportFeedback(const TransportFeedback& feedback) override {
    EXPECT_EQ(feedback.sender(), Ssrc(5));
    EXPECT_EQ(feedback.media(), Ssrc(8));
    counts_.push_back(feedback.feedback_count());
    TransportFeedback::Cursor cursor(feedback);
    while (const auto packet = cursor.Next()) {
      std::optional<int64_t> ms;
      if (packet->arrival) {
        ms = (feedback.reference_time() + *packet->arrival - TimeDelta::Millis(64'000)).ms();
      }
      report_[packet->sequence] = ms;
    }
  }

  Timestamp start_ = Timestamp::Millis(64'000);
  TransportFeedbackGenerator generator_{Ssrc(5)};
  Report report_;
  std::vector<int> counts_;
};

TEST_F(TransportFeedbackGeneratorTest, IsSilentWhileNothingArrives) {
  EXPECT_TRUE(generator_.NextDeadline().IsInfinite());
  EXPECT_THAT(ReportAt(10'000), IsEmpty());
}

TEST_F(TransportFeedbackGeneratorTest, ReportsArrivalsAndLosses) {
  Arrive(10, 0);
  Arrive(11, 5);
  Arrive(13, 20);
  EXPECT_THAT(ReportAt(50), IsEmpty()) << "not yet";
  EXPECT_LE(generator_.NextDeadline(), start_ + TimeDelta::Millis(100));
  EXPECT_THAT(ReportAt(100),
              ElementsAre(Pair(10, 0), Pair(11, 5), Pair(12, std::nullopt), Pair(13, 20)));
  EXPECT_TRUE(generator_.NextDeadline().IsInfinite());
}

TEST_F(TransportFeedbackGeneratorTest, EachReportGoesOnWhereTheLastEnded) {
  Arrive(10, 0);
  ReportAt(100);
  Arrive(12, 110);
  EXPECT_THAT(ReportAt(200), ElementsAre(Pair(11, std::nullopt), Pair(12, 110)));
  EXPECT_THAT(counts_, ElementsAre(0, 1));
}

TEST_F(TransportFeedbackGeneratorTest, WhatWasReportedLostAndComesLaterIsReportedAgain) {
  Arrive(10, 0);
  Arrive(12, 5);
  ReportAt(100);
  Arrive(11, 120);
  EXPECT_THAT(ReportAt(200), ElementsAre(Pair(11, 120), Pair(12, 5)));
}

TEST_F(TransportFeedbackGeneratorTest, NumbersWrap) {
  Arrive(65'534, 0);
  Arrive(1, 10);
  Arrive(65'535, 12);
  EXPECT_THAT(ReportAt(100),
              ElementsAre(Pair(0, std::nullopt), Pair(1, 10), Pair(65'534, 0), Pair(65'535, 12)));
}

TEST_F(TransportFeedbackGeneratorTest, TheFirstPacketsMayOvertakeEachOther) {
  Arrive(0, 0);
  Arrive(65'534, 3);
  EXPECT_THAT(ReportAt(100), ElementsAre(Pair(0, 0), Pair(65'534, 3), Pair(65'535, std::nullopt)));
}

TEST_F(TransportFeedbackGeneratorTest, ADuplicateChangesNothing) {
  Arrive(10, 0);
  Arrive(10, 50);
  EXPECT_THAT(ReportAt(100), ElementsAre(Pair(10, 0)));
  Arrive(10, 120);
  EXPECT_THAT(ReportAt(300), IsEmpty());
}

TEST_F(TransportFeedbackGeneratorTest, AReportThatDoesNotFitIsContinued) {
  for (uint16_t s = 0; s < 600; ++s) Arrive(s, s / 10);
  const Report report = ReportAt(100, 200);
  ASSERT_EQ(report.size(), 600u);
  for (const auto& [sequence, ms] : report) EXPECT_EQ(ms, sequence / 10);
  EXPECT_GT(counts_.size(), 3u);
}

TEST_F(TransportFeedbackGeneratorTest, ASenderThatCountsAnewIsFollowed) {
  Arrive(30'000, 0);
  ReportAt(100);
  Arrive(5, 200);
  Arrive(6, 210);
  EXPECT_THAT(ReportAt(300), ElementsAre(Pair(5, 200), Pair(6, 210)));
}

TEST_F(TransportFeedbackGeneratorTest, ALongGapIsNotReportedPacketByPacket) {
  Arrive(0, 0);
  ReportAt(100);
  Arrive(1500, 200);
  const Report report = ReportAt(300);
  EXPECT_EQ(report.at(1500), 200);
  EXPECT_LE(report.size(), static_cast<size_t>(TransportFeedbackGenerator::kMaxReport));
}

}  // namespace
}  // namespace continuo
