// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/key_frame_requester.h"

#include <gtest/gtest.h>

namespace continuo {
namespace {

constexpr TimeDelta kRtt = TimeDelta::Millis(50);
constexpr Timestamp kStart = Timestamp::Millis(9000);

Timestamp At(int64_t ms) { return kStart + TimeDelta::Millis(ms); }

TEST(KeyFrameRequester, AsksAtOnceAndThenWaits) {
  KeyFrameRequester requester;
  EXPECT_TRUE(requester.NextDeadline(kRtt).IsInfinite());
  requester.Want(At(0));
  EXPECT_TRUE(requester.TakeDue(At(0), kRtt));
  requester.OnPacket();
  EXPECT_FALSE(requester.TakeDue(At(299), kRtt));
  EXPECT_EQ(requester.NextDeadline(kRtt), At(300));
  EXPECT_TRUE(requester.TakeDue(At(300), kRtt));
}

TEST(KeyFrameRequester, StopsWhenTheKeyFrameIsHere) {
  KeyFrameRequester requester;
  requester.Want(At(0));
  EXPECT_TRUE(requester.TakeDue(At(0), kRtt));
  requester.OnPacket();
  requester.OnKeyFrame();
  EXPECT_FALSE(requester.TakeDue(At(5000), kRtt));
  EXPECT_TRUE(requester.NextDeadline(kRtt).IsInfinite());
}

TEST(KeyFrameRequester, KeepsTheRateLimitWhenWantedAnew) {
  KeyFrameRequester requester;
  requester.Want(At(0));
  EXPECT_TRUE(requester.TakeDue(At(0), kRtt));
  requester.OnKeyFrame();
  requester.Want(At(100));
  EXPECT_FALSE(requester.TakeDue(At(100), kRtt));
  EXPECT_TRUE(requester.TakeDue(At(300), kRtt));
}

TEST(KeyFrameRequester, DoesNotAskTwiceWithinARoundTrip) {
  KeyFrameRequester requester;
  const TimeDelta slow = TimeDelta::Millis(800);
  requester.Want(At(0));
  EXPECT_TRUE(requester.TakeDue(At(0), slow));
  requester.OnPacket();
  EXPECT_FALSE(requester.TakeDue(At(900), slow));
  EXPECT_TRUE(requester.TakeDue(At(1000), slow));
}

TEST(KeyFrameRequester, AsksASilentSenderRarely) {
  KeyFrameRequester requester;
  requester.Want(At(0));
  EXPECT_TRUE(requester.TakeDue(At(0), kRtt));
  EXPECT_FALSE(requester.TakeDue(At(1999), kRtt));
  EXPECT_TRUE(requester.TakeDue(At(2000), kRtt));
}

}  // namespace
}  // namespace continuo
