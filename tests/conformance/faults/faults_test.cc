// SPDX-License-Identifier: Apache-2.0
// A call into the driver fails, does not return, or finds the device gone: at every call of a whole
// meeting in turn. Whichever it is, the room is live again within a second, on the device or on the
// CPU, nobody's sound stops, and the room next door notices nothing.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "tests/conformance/faults/child_process.h"
#include "tests/conformance/faults/faulty_meeting.h"
#include "tests/conformance/faults/live_room.h"
#include "tests/conformance/support/driver_report.h"

namespace continuo {
namespace {

// Meetings wait as much as they work.
constexpr int kProcesses = 6;

std::string ReportPath(const std::string& name) {
  return (std::filesystem::temp_directory_path() /
          ("continuo_faults_" + std::to_string(getpid()) + "_" + name + ".json"))
      .string();
}

// A room in which nothing happens, for as long as this exists: one person sends and is seen.
class SteadyRoom {
 public:
  // On the CPU alone when `device` is null.
  SteadyRoom(int person, std::unique_ptr<Device> device)
      : camera_(person, VideoCodec::kH264, {320, 180}),
        room_(std::move(device), DeadlineOf(Fault::Kind::kFail), [this] { hung_ = true; }),
        thread_([this] { Live(); }) {}
  ~SteadyRoom() { Stop(); }

  // The longest time since the last call of this that its picture stood still.
  TimeDelta TakeFreeze() {
    return TimeDelta::Micros(freeze_us_.exchange(0, std::memory_order_relaxed));
  }
  // What its people would complain of besides; empty when nothing. Ends it.
  std::string Complaint() {
    Stop();
    if (hung_) return "a call did not return";
    if (!room_.device_failure().empty()) return "its device failed: " + room_.device_failure();
    return room_.problem();
  }

 private:
  void Live() {
    room_.Gather({&camera_});
    while (!stop_) {
      room_.Live(MonotonicNow() + TimeDelta::Millis(20));
      freeze_us_ = std::max(freeze_us_.load(), (MonotonicNow() - room_.frozen_since()).us());
    }
  }
  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  LoopedCamera camera_;
  std::atomic<int64_t> freeze_us_{0};
  std::atomic<bool> hung_{false};
  std::atomic<bool> stop_{false};
  LiveRoom room_;
  std::thread thread_;
};

// How long a picture may stand still while the picture of a room on the CPU stood still for
// `on_cpu`. A machine that is busy with something else stops everybody for a while; that is allowed
// for at every step of a recovery: noticing, asking for a key frame, decoding, composing, encoding.
// It is nothing on a machine that has time.
TimeDelta AllowedFreeze(TimeDelta on_cpu) {
  constexpr TimeDelta kTick = TimeDelta::Millis(100);
  constexpr int kSteps = 5;
  return LongestFreeze() + std::max(TimeDelta(), on_cpu - kTick) * kSteps;
}

std::string Text(TimeDelta time) { return std::to_string(time.ms()) + " ms"; }

// What people complain of during one meeting, there and next door.
std::string ComplaintOf(const Outcome& outcome, TimeDelta next_door, TimeDelta on_cpu) {
  if (!outcome.problem.empty()) return outcome.problem;
  const TimeDelta allowed = AllowedFreeze(on_cpu);
  const std::string beside = "; on the CPU for " + Text(on_cpu);
  if (outcome.longest_freeze > allowed) {
    return "a picture stood still for " + Text(outcome.longest_freeze) + beside;
  }
  if (outcome.longest_silence > allowed) {
    return "nothing was heard for " + Text(outcome.longest_silence) + beside;
  }
  if (next_door > allowed)
    return "next door, a picture stood still for " + Text(next_door) + beside;
  return {};
}

// In a process of its own: meetings with a fault at the calls first, first + step, … until one is
// over before its fault.
void HoldMeetings(Fault::Kind kind, int64_t first, int64_t step, const ChildProcess::Say& say) {
  PrepareEnvironment();
  People people;
  const std::string report = ReportPath("faulty");
  const std::string report_next_door = ReportPath("next_door");
  SteadyRoom next_door(9, OpenNeighbour(report_next_door));
  SteadyRoom on_cpu(8, nullptr);
  TimeDelta longest;
  for (int64_t call = first;; call += step) {
    say("at " + std::to_string(call));
    next_door.TakeFreeze();
    on_cpu.TakeFreeze();
    Outcome outcome = HoldMeeting(people, {kind, call}, report);
    const std::string complaint = ComplaintOf(outcome, next_door.TakeFreeze(), on_cpu.TakeFreeze());
    if (!complaint.empty()) say("bad " + complaint + " (" + outcome.device_failure + ")");
    for (const auto& [what, count] : outcome.leaks) {
      if (count > MayBeLeft(kind)) say("bad " + std::to_string(count) + " " + what + " leaked");
    }
    longest = std::max(longest, outcome.longest_freeze);
    if (outcome.calls["any"] < call) break;
  }
  if (const std::string complaint = next_door.Complaint(); !complaint.empty()) {
    say("bad next door: " + complaint);
  }
  say("freeze " + std::to_string(longest.ms()));
  std::filesystem::remove(report);
  std::filesystem::remove(report_next_door);
}

struct Summary {
  int64_t last_call = 0;
  int64_t longest_freeze_ms = 0;
};

// Takes in what a process says until it ends.
void Listen(ChildProcess& child, Summary& summary) {
  int64_t call = 0;
  while (const auto line = child.Hear(TimeDelta::Seconds(30) + LongestFreeze() * 10)) {
    std::istringstream words(*line);
    std::string what;
    words >> what;
    if (what == "at") words >> call;
    if (what == "bad") ADD_FAILURE() << "at call " << call << ":" << line->substr(3);
    if (what == "freeze") {
      int64_t ms = 0;
      words >> ms;
      summary.longest_freeze_ms = std::max(summary.longest_freeze_ms, ms);
    }
  }
  std::string how;
  EXPECT_TRUE(child.EndedWell(how)) << how << ", at call " << call;
  summary.last_call = std::max(summary.last_call, call);
}

void HoldMeetingsWithEveryFault(Fault::Kind kind) {
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(std::make_unique<ChildProcess>([kind, i](const ChildProcess::Say& say) {
      HoldMeetings(kind, 1 + i * FaultStride(), kProcesses * FaultStride(), say);
    }));
  }
  Summary summary;
  for (const auto& child : children) Listen(*child, summary);
  testing::Test::RecordProperty("calls", static_cast<int>(summary.last_call));
  testing::Test::RecordProperty("longest_freeze_ms", static_cast<int>(summary.longest_freeze_ms));
}

TEST(Faults, AMeetingSurvivesAFailureOfAnyCall) { HoldMeetingsWithEveryFault(Fault::Kind::kFail); }

TEST(Faults, AMeetingSurvivesTheLossOfTheDeviceAtAnyCall) {
  HoldMeetingsWithEveryFault(Fault::Kind::kLost);
}

// In a process of its own, which ends as the product does: as soon as the mixer says so.
void HoldHangingMeeting(const Fault& fault, const ChildProcess::Say& say) {
  PrepareEnvironment();
  People people;
  Observer observer;
  observer.on_stage = [&](Stage stage) {
    if (stage == Stage::kMeeting) say("meeting");
    if (stage == Stage::kOver) say("over");
  };
  observer.on_device_hung = [&](TimeDelta frozen) {
    say("hung " + std::to_string(frozen.ms()));
    _exit(0);
  };
  const std::string report = ReportPath("hanging");
  if (fault.call == 0) {
    for (const auto& [name, count] : CountOpeningCalls(report)) {
      say("opening " + std::to_string(count) + " " + name);
    }
  }
  const Outcome outcome = HoldMeeting(people, fault, report, observer);
  std::filesystem::remove(report);
  if (!outcome.problem.empty()) say("bad " + outcome.problem);
  for (const auto& [name, count] : outcome.calls) {
    say("calls " + std::to_string(count) + " " + name);
  }
}

// What a process said of its meeting, word by word; `frozen_ms` where a call hung in it.
struct HangStory {
  bool in_meeting = false;
  std::optional<int64_t> frozen_ms;
  CallCounts opening;
  CallCounts calls;
  std::string bad;
};

// One meeting with that fault, in a process of its own.
class HangingMeeting {
 public:
  explicit HangingMeeting(Fault fault)
      : fault_(std::move(fault)),
        child_([this](const ChildProcess::Say& say) { HoldHangingMeeting(fault_, say); }) {}

  const Fault& fault() const { return fault_; }
  HangStory Listen();

 private:
  const Fault fault_;
  ChildProcess child_;
};

HangStory HangingMeeting::Listen() {
  HangStory story;
  // Whoever hangs where no mixer runs yet is silent for good; once none runs any more, who waits?
  constexpr TimeDelta kBeforeTheMeeting = TimeDelta::Seconds(3);
  const auto patience = [&] {
    return fault_.call == 0 || story.in_meeting ? LongestFreeze() * 4 : kBeforeTheMeeting;
  };
  while (const auto line = child_.Hear(patience())) {
    std::istringstream words(*line);
    std::string what;
    words >> what;
    if (what == "meeting") story.in_meeting = true;
    if (what == "over") story.in_meeting = false;
    if (what == "over" && fault_.call > 0) break;
    int64_t number = 0;
    if (what == "bad") story.bad = line->substr(4);
    if (what == "hung" && words >> number) story.frozen_ms = number;
    if (what != "opening" && what != "calls") continue;
    if (std::string name; words >> number >> name) {
      (what == "calls" ? story.calls : story.opening)[name] = number;
    }
  }
  return story;
}

// Whether it was noticed, with a gtest failure where it should have been. Nothing in the
// process can end such a call, so the process ends, and the edge starts the next: in time for the
// picture to be live within a second, of which a restart takes 300 ms at most.
bool ExpectNoticed(HangingMeeting& meeting) {
  const Fault& fault = meeting.fault();
  const std::string where = "at call " + std::to_string(fault.call) + " of " + fault.name;
  const HangStory story = meeting.Listen();
  EXPECT_EQ(story.bad, "") << where;
  EXPECT_FALSE(story.in_meeting && !story.frozen_ms) << "not noticed, " << where;
  if (!story.frozen_ms) return false;
  EXPECT_LE(*story.frozen_ms, LongestFreeze().ms() - 300) << where;
  return true;
}

// A few of so many where all takes longer.
int64_t TriesHere(int64_t tries) { return IsSlowBuild() ? (tries + 3) / 4 : tries; }

// Lets `tries` of the calls of that name hang, from the opened device on to the end of a meeting,
// of which the last ones are those that close the device. How many were noticed.
int CountNoticed(const std::string& name, HangStory& whole, int64_t tries) {
  const int64_t first = whole.opening[name];
  const int64_t calls = whole.calls[name] - first;
  int noticed = 0;
  for (int64_t i = 1; i <= tries;) {
    std::vector<std::unique_ptr<HangingMeeting>> meetings;
    for (; std::ssize(meetings) < kProcesses && i <= tries; ++i) {
      meetings.push_back(std::make_unique<HangingMeeting>(
          Fault{Fault::Kind::kHang, first + calls * i / tries, name}));
    }
    for (const auto& meeting : meetings) noticed += ExpectNoticed(*meeting) ? 1 : 0;
  }
  return noticed;
}

class Hangs : public testing::Test {
 protected:
  void SetUp() override {
    whole_ = HangingMeeting({}).Listen();
    ASSERT_EQ(whole_.bad, "");
    if (!whole_.calls.empty()) return;
    // A real driver says nothing of its calls; tests/softva's does, if it is there.
    const char* const driver = std::getenv("LIBVA_DRIVER_NAME");
    ASSERT_TRUE(driver == nullptr || std::string(driver) != "soft") << "the device did not open";
    GTEST_SKIP() << "a driver that says nothing of its calls";
  }

  HangStory whole_;  // of a meeting in which nothing hangs
};

TEST_F(Hangs, AMixerNoticesInTimeThatACallDoesNotReturn) {
  const int64_t tries = TriesHere(24);
  EXPECT_GT(CountNoticed("any", whole_, tries), tries / 3);
}

// Pictures are given back where nobody thinks of the device: when somebody leaves, or the scene
// changes.
TEST_F(Hangs, AMixerNoticesInTimeThatPicturesAreNotTakenBack) {
  const std::string name = "DestroySurfaces";
  const int64_t tries = TriesHere(whole_.calls[name] - whole_.opening[name]);
  EXPECT_GT(CountNoticed(name, whole_, tries), 0);
}

}  // namespace
}  // namespace continuo
