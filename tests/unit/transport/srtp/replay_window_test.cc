// SPDX-License-Identifier: Apache-2.0
#include "transport/srtp/replay_window.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"

namespace continuo {
namespace {

ReplayWindow Seen(std::initializer_list<uint64_t> indexes) {
  ReplayWindow window;
  for (const uint64_t index : indexes) window.MarkUsed(index);
  return window;
}

TEST(ReplayWindow, RefusesWhatWasUsed) {
  const ReplayWindow window = Seen({100, 103});
  for (const uint64_t used : {100, 103}) EXPECT_FALSE(window.IsFresh(used));
  for (const uint64_t fresh : {99, 101, 102, 104, 5000}) EXPECT_TRUE(window.IsFresh(fresh));
}

TEST(ReplayWindow, ReachesBack1024Packets) {
  const ReplayWindow window = Seen({2000});
  EXPECT_TRUE(window.IsFresh(2000 - 1023));
  EXPECT_FALSE(window.IsFresh(2000 - 1024));
}

TEST(ReplayWindow, AgreesWithABookOfEverything) {
  Prng random(7);
  ReplayWindow window;
  std::set<uint64_t> used;
  uint64_t highest = 0;
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t jump = random.Next() % 50 == 0 ? random.Next() % 3000 : random.Next() % 4;
    const uint64_t back = random.Next() % 3 == 0 ? random.Next() % 1200 : 0;
    const uint64_t index = std::max(highest + jump, back) - back;
    const bool fresh = used.empty() || index > highest ||
                       (highest - index < ReplayWindow::kSize && !used.contains(index));
    ASSERT_EQ(window.IsFresh(index), fresh) << index << " after " << highest;
    if (!fresh) continue;
    window.MarkUsed(index);
    used.insert(index);
    highest = std::max(highest, index);
  }
}

TEST(GuessRtpIndex, StartsWithoutRollover) {
  EXPECT_EQ(GuessRtpIndex(ReplayWindow(), 65535), 65535u);
}

TEST(GuessRtpIndex, TakesTheNearest) {
  const uint64_t rollover = 65536;
  EXPECT_EQ(GuessRtpIndex(Seen({65534}), 1), rollover + 1);
  EXPECT_EQ(GuessRtpIndex(Seen({rollover + 1}), 65534), 65534u);
  EXPECT_EQ(GuessRtpIndex(Seen({3 * rollover + 40000}), 40001), 3 * rollover + 40001);
  EXPECT_EQ(GuessRtpIndex(Seen({3 * rollover + 40000}), 100), 4 * rollover + 100);
  EXPECT_EQ(GuessRtpIndex(Seen({3 * rollover + 10}), 60000), 2 * rollover + 60000);
}

TEST(GuessRtpIndex, KnowsNothingBeforeTheBeginningOrAfterTheEnd) {
  EXPECT_EQ(GuessRtpIndex(Seen({5}), 65530), std::nullopt);
  EXPECT_EQ(GuessRtpIndex(Seen({(uint64_t{1} << 48) - 1}), 0), std::nullopt);
}

}  // namespace
}  // namespace continuo
