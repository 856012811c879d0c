// SPDX-License-Identifier: Apache-2.0
// What becomes of a room when its device fails, with mixers that are processes of their own.
#include "server/room_mixer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kDevice[] = "vaapi:/dev/dri/renderD128";
constexpr TimeDelta kPatience = TimeDelta::Seconds(20);
constexpr TimeDelta kLookInterval = TimeDelta::Millis(300);
constexpr TimeDelta kTimeToDie = TimeDelta::Millis(50);  // that a killed mixer is given
constexpr TimeDelta kNoTime = TimeDelta::Millis(100);

// While there is one, mixers that hang for good stay as if a driver held them.
class KernelsGrip {
 public:
  KernelsGrip() {
    EXPECT_EQ(mkfifo(path_.c_str(), 0600), 0);
    holds_ = UniqueFd(open(path_.c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_TRUE(holds_);
    setenv("FAKE_MIXER_GRIP", path_.c_str(), 1);
  }
  ~KernelsGrip() { unlink(path_.c_str()); }
  KernelsGrip(const KernelsGrip&) = delete;
  KernelsGrip& operator=(const KernelsGrip&) = delete;

 private:
  const std::string path_ = testing::TempDir() + "kernels_grip_" + std::to_string(getpid());
  UniqueFd holds_;
};

MixerProcess::Options OptionsOfTheTest() {
  MixerProcess::Options options;
  options.program = FAKE_MIXER_PROGRAM;
  options.look_interval = kLookInterval;
  return options;
}

// A room with its mixers, and when the last of them came.
class FakeRoom final : public RoomMixerObserver {
 public:
  FakeRoom(ControlLoop& loop, DeviceTable& devices, MixerTotals& totals, MixerReaper& reaper,
           RoomMixer::Placement placement)
      : placement_(std::move(placement)),
        mixer_(loop, OptionsOfTheTest(), devices, placement_, *this, totals, reaper) {}

  EngineView View() const { return mixer_.View(); }
  RoomMixer& mixer() { return mixer_; }
  const RoomMixer::Placement& placement() const { return placement_; }

  int links = 0;
  int lost = 0;
  Timestamp last_lost_link;
  TimeDelta outage;  // between the last two mixers

 private:
  void OnLink(const std::shared_ptr<LinkMemory>& link) override {
    if (!link) {
      last_lost_link = MonotonicNow();
    } else if (++links > 1) {
      outage = MonotonicNow() - last_lost_link;
    }
  }
  void OnSenderKeyFrameWanted(ParticipantId) override {}
  void OnDeviceLost() override { ++lost; }

  RoomMixer::Placement placement_;
  RoomMixer mixer_;
};

// Where it would have ended, as the kernel shows it: "t" is stopped by who traces it.
bool IsHeld(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string id, name, state;
  stat >> id >> name >> state;
  return state == "t";
}

class RoomMixerTest : public ::testing::Test {
 protected:
  RoomMixerTest()
      : devices_({*ParseDeviceWish(kDevice)},
                 [](const DeviceSpec&, std::function<void(Result<SelfTestReport>)> done) {
                   SelfTestReport report;
                   report.passed = true;
                   done(report);
                 }) {
    devices_.TestAll();
  }

  // A room whose mixer comes to that end when it is on a device.
  std::unique_ptr<FakeRoom> Room(const char* fate, RoomMixer::Placement placement = {}) {
    setenv("FAKE_MIXER", fate, 1);
    return std::make_unique<FakeRoom>(loop_, devices_, totals_, reaper_, std::move(placement));
  }
  DeviceView Device() const { return devices_.Views()[1]; }

  // Runs the loop until it is so.
  void Until(const std::function<bool()>& so) {
    const Timestamp deadline = MonotonicNow() + kPatience;
    std::function<void()> look = [&] {
      if (so() || MonotonicNow() > deadline) return loop_.Stop();
      loop_.CallAfter(TimeDelta::Millis(2), look);
    };
    loop_.context().restart();  // it has been stopped before
    loop_.Post(look);
    loop_.Run();
    EXPECT_TRUE(so());
  }
  void UntilOn(const FakeRoom& room, std::string_view device) {
    Until([&] { return room.View().device == device && !room.View().decode.empty(); });
  }

  ControlLoop loop_;
  DeviceTable devices_;
  MixerTotals totals_;
  MixerReaper reaper_{loop_, totals_.unkillable, kTimeToDie};
};

TEST_F(RoomMixerTest, ARoomIsOnTheDeviceAndSaysWhatItDoesThere) {
  const auto room = Room("works");
  UntilOn(*room, kDevice);
  EXPECT_THAT(room->View().decode, ElementsAre(Backend::kVaapi));
  EXPECT_THAT(room->View().compose, ElementsAre(Backend::kVaapi));
  EXPECT_THAT(room->View().encode, IsEmpty());
  EXPECT_EQ(Device().rooms, 1);
}

TEST_F(RoomMixerTest, ADeviceThatIsGivenUpCostsTheRoomNoProcess) {
  const auto neighbour = Room("works");
  UntilOn(*neighbour, kDevice);
  const auto room = Room("gives_up");
  Until([&] { return room->lost > 0; });
  EXPECT_EQ(room->links, 1);
  EXPECT_EQ(room->View().device, "cpu");
  EXPECT_EQ(room->View().failure, std::string(kDevice) + ": a call failed");
  EXPECT_EQ(Device().state, DeviceState::kFailed);
  // Who works there is not disturbed.
  EXPECT_EQ(neighbour->View().device, kDevice);
  EXPECT_EQ(neighbour->links, 1);
  EXPECT_EQ(Device().rooms, 1);
  EXPECT_EQ(totals_.deaths.value(), 0u);
  const auto late = Room("works");
  EXPECT_EQ(late->View().device, "cpu");
}

TEST_F(RoomMixerTest, WhatOneRoomWantsInVainCostsTheOthersNoDevice) {
  const auto room = Room("wants_too_much");
  Until([&] { return room->lost > 0; });
  EXPECT_EQ(room->links, 1);
  EXPECT_EQ(room->View().device, "cpu");
  EXPECT_EQ(room->View().failure, std::string(kDevice) + ": a picture that it does not draw");
  EXPECT_EQ(Device().state, DeviceState::kReady);
  const auto other = Room("works");
  UntilOn(*other, kDevice);
}

TEST_F(RoomMixerTest, WhatManyRoomsDoWithoutIsNoDeviceForTheNext) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Device().state, DeviceState::kReady);
    const auto room = Room("wants_too_much");
    Until([&] { return room->lost > 0; });
  }
  EXPECT_EQ(Device().state, DeviceState::kFailed);
  EXPECT_EQ(Device().reason, "rooms keep giving it up: a picture that it does not draw");
}

TEST_F(RoomMixerTest, AMixerHasNothingOpenThatIsOurs) {
  std::array<int, 2> ours{};  // as a library opens them: without O_CLOEXEC
  ASSERT_EQ(pipe(ours.data()), 0);
  const auto what = [](const std::string& path) {
    std::error_code gone;
    return std::filesystem::read_symlink(path, gone).string();
  };
  setenv("FAKE_MIXER", "works", 1);
  const auto process = MixerProcess::Start(OptionsOfTheTest(), DeviceSpec{}, reaper_);
  ASSERT_TRUE(process);
  const std::string proc = "/proc/" + std::to_string((*process)->pid());
  Until([&] { return what(proc + "/exe") == FAKE_MIXER_PROGRAM; });
  const std::string pipe_of_ours = what("/proc/self/fd/" + std::to_string(ours[0]));
  int open = 0;
  for (const auto& entry : std::filesystem::directory_iterator(proc + "/fd")) {
    EXPECT_NE(what(entry.path()), pipe_of_ours);
    ++open;
  }
  EXPECT_GE(open, 3);
  for (const int fd : ours) close(fd);
}

TEST_F(RoomMixerTest, AfterAHangTheNextMixerIsOnTheCpuAtOnce) {
  for (const char* fate : {"hangs", "hangs_silently"}) {
    devices_.Test("vaapi-renderD128", [](const auto&) {});
    const auto room = Room(fate);
    Until([&] { return room->links == 2; });
    UntilOn(*room, "cpu");
    EXPECT_EQ(room->lost, 1) << fate;
    EXPECT_LT(room->outage, TimeDelta::Millis(500)) << fate;
    EXPECT_EQ(Device().state, DeviceState::kFailed) << fate;
  }
}

TEST_F(RoomMixerTest, AMixerThatHangsForGoodIsReplacedAtOnceAllTheSame) {
  auto grip = std::make_unique<KernelsGrip>();
  auto room = Room("hangs_for_good");
  UntilOn(*room, "cpu");
  EXPECT_EQ(room->links, 2);
  EXPECT_EQ(room->lost, 1);
  EXPECT_LT(room->outage, kNoTime);
  EXPECT_EQ(room->View().failure, std::string(kDevice) + ": a call did not return");
  EXPECT_EQ(Device().state, DeviceState::kFailed);
  Until([&] { return totals_.unkillable.value() == 1; });
  EXPECT_EQ(reaper_.dying(), 1u);
  room.reset();
  grip.reset();
  Until([&] { return reaper_.dying() == 0; });
  EXPECT_EQ(totals_.unkillable.value(), 0);
}

TEST_F(RoomMixerTest, NobodyWaitsForAProcessThatTheKernelKeeps) {
  auto grip = std::make_unique<KernelsGrip>();
  setenv("FAKE_MIXER", "hangs_for_good", 1);
  auto process = MixerProcess::Start(OptionsOfTheTest(), *ParseDeviceSpec(kDevice), reaper_);
  ASSERT_TRUE(process);
  Until([&] { return IsHeld((*process)->pid()); });
  const Timestamp began = MonotonicNow();
  process->reset();
  EXPECT_LT(MonotonicNow() - began, kNoTime);
  EXPECT_EQ(reaper_.dying(), 1u);
  Until([&] { return totals_.unkillable.value() == 1; });
  grip.reset();
  Until([&] { return reaper_.dying() == 0; });
}

TEST_F(RoomMixerTest, AMixerThatFallsSilentIsReplaced) {
  const Timestamp began = MonotonicNow();
  const auto room = Room("falls_silent");
  UntilOn(*room, "cpu");
  // One look more, for the one before which it was heard.
  const TimeDelta bound = kLookInterval * (ReportWatch::kLooks + 1);
  EXPECT_LT(MonotonicNow() - began, bound + TimeDelta::Seconds(1));
  EXPECT_EQ(room->links, 2);
  EXPECT_EQ(room->View().failure, std::string(kDevice) + ": the mixer fell silent");
  EXPECT_EQ(Device().state, DeviceState::kFailed);
  EXPECT_EQ(totals_.deaths.value(), 1u);
  Until([&] { return reaper_.dying() == 0; });  // it was stopped, not stuck
}

TEST_F(RoomMixerTest, ACrashMovesTheRoomAndNobodyElse) {
  const auto room = Room("crashes");
  UntilOn(*room, "cpu");
  EXPECT_EQ(room->links, 2);
  EXPECT_EQ(room->View().failure, std::string(kDevice) + ": the mixer died");
  EXPECT_EQ(Device().state, DeviceState::kReady);
  const auto other = Room("works");
  UntilOn(*other, kDevice);
}

TEST_F(RoomMixerTest, ADeviceThatDoesNotOpenIsAFailure) {
  const auto room = Room("does_not_open");
  Until([&] { return room->lost > 0; });
  EXPECT_EQ(room->links, 1);
  EXPECT_EQ(room->View().device, "cpu");
  EXPECT_EQ(Device().reason, "the mixer could not open it");
}

TEST_F(RoomMixerTest, IsBackOnTheDeviceWhenTheOperatorSaysSo) {
  const auto room = Room("gives_up");
  Until([&] { return room->lost > 0; });
  setenv("FAKE_MIXER", "works", 1);
  room->mixer().Move({});  // the device is still failed
  EXPECT_EQ(room->links, 1);
  EXPECT_EQ(room->View().device, "cpu");
  EXPECT_NE(room->View().failure, "") << "which is why it is still there";
  devices_.Test("vaapi-renderD128", [](const auto&) {});
  room->mixer().Move({});
  EXPECT_EQ(room->links, 2);
  UntilOn(*room, kDevice);
  EXPECT_EQ(room->View().failure, "");
  EXPECT_EQ(totals_.deaths.value(), 0u);
}

TEST_F(RoomMixerTest, IsNotTheDevicesAgainBecauseEverybodyWasOut) {
  auto room = Room("crashes");
  UntilOn(*room, "cpu");
  const RoomMixer::Placement placement = room->placement();
  room.reset();
  const auto again = Room("works", placement);
  EXPECT_EQ(again->View().device, "cpu");
  EXPECT_EQ(again->View().failure, std::string(kDevice) + ": the mixer died");
  again->mixer().Move({});
  UntilOn(*again, kDevice);
}

TEST_F(RoomMixerTest, IsNotRestartedToStayWhereItIs) {
  const auto room = Room("works");
  UntilOn(*room, kDevice);
  room->mixer().Move({});
  room->mixer().Move(*devices_.Find(kDevice));
  EXPECT_EQ(room->links, 1);
  room->mixer().Move(*devices_.Find("cpu"));
  UntilOn(*room, "cpu");
  EXPECT_EQ(room->links, 2);
  EXPECT_EQ(Device().rooms, 0);
}

}  // namespace
}  // namespace continuo
