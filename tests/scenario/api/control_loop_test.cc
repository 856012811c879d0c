// SPDX-License-Identifier: Apache-2.0
#include "api/control_loop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/thread_role.h"
#include "tests/support/control_thread.h"

namespace continuo {
namespace {

TEST(ControlLoop, RunsWhatAnyThreadPostsOnTheControlThread) {
  ControlThread control;
  std::vector<std::thread> posters;
  int count = 0;  // no lock: only the control thread touches it
  for (int i = 0; i < 4; ++i) {
    posters.emplace_back([&] {
      for (int k = 0; k < 100; ++k) {
        control.loop().Post([&] {
          kControlThread.AssertHere();
          ++count;
        });
      }
    });
  }
  for (std::thread& poster : posters) poster.join();
  EXPECT_EQ(control.Do([&] { return count; }), 400);
}

TEST(ControlLoop, TimersFireInOrderOfTimeAndCanBeCancelled) {
  ControlLoop loop;
  std::string fired;
  loop.CallAfter(TimeDelta::Millis(30), [&] { fired += "c"; });
  loop.CallAfter(TimeDelta::Millis(10), [&] { fired += "a"; });
  const auto cancelled = loop.CallAfter(TimeDelta::Millis(20), [&] { fired += "b"; });
  loop.Cancel(cancelled);
  loop.Cancel(12345);
  loop.CallAfter(TimeDelta::Millis(40), [&] { loop.Stop(); });
  loop.Run();
  EXPECT_EQ(fired, "ac");
}

// Both are due when the loop first looks: the first one to run stops the other.
TEST(ControlLoop, ATimerThatIsDueCanStillBeCancelled) {
  ControlLoop loop;
  ControlLoop::TimerId second = 0;
  bool fired = false;
  loop.CallAfter(TimeDelta(), [&] { loop.Cancel(second); });
  second = loop.CallAfter(TimeDelta(), [&] { fired = true; });
  loop.CallAfter(TimeDelta::Millis(10), [&] { loop.Stop(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  loop.Run();
  EXPECT_FALSE(fired);
}

TEST(ControlLoop, WatchesADescriptorUntilToldNotTo) {
  ControlLoop loop;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::string read;
  ASSERT_TRUE(loop.WatchReadable(ends[0], [&] {
    char byte = 0;
    ASSERT_EQ(::read(ends[0], &byte, 1), 1);
    read += byte;
    if (byte == 'c') loop.Unwatch(ends[0]);
    if (byte == 'c') loop.CallAfter(TimeDelta::Millis(10), [&] { loop.Stop(); });
  }));
  ASSERT_EQ(::write(ends[1], "abcd", 4), 4);
  loop.Run();
  EXPECT_EQ(read, "abc");
  // The loop did not close what it did not own.
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'd');
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(ControlLoop, DropsWhatItNeverRan) {
  const auto kept = std::make_shared<int>();
  {
    ControlLoop loop;
    loop.Post([kept] { FAIL(); });
    loop.CallAfter(TimeDelta(), [kept] { FAIL(); });
    EXPECT_EQ(kept.use_count(), 3);
  }
  EXPECT_EQ(kept.use_count(), 1);
}

}  // namespace
}  // namespace continuo
