// SPDX-License-Identifier: Apache-2.0
// What becomes of a room when its device fails, with mixers that are processes of their own.
#include "server/room_mixer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kDevice[] = "vaapi:/dev/dri/renderD128";
constexpr TimeDelta kPatience = TimeDelta::Seconds(20);

// A room with its mixers, and when the last of them came.
class FakeRoom final : public RoomMixerObserver {
 public:
  FakeRoom(ControlLoop& loop, DeviceTable& devices, MixerTotals& totals)
      : mixer_(loop, {FAKE_MIXER_PROGRAM, 1}, devices, {}, *this, totals) {}

  EngineView View() const { return mixer_.View(); }
  RoomMixer& mixer() { return mixer_; }

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

  RoomMixer mixer_;
};

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
  std::unique_ptr<FakeRoom> Room(const char* fate) {
    setenv("FAKE_MIXER", fate, 1);
    return std::make_unique<FakeRoom>(loop_, devices_, totals_);
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
  EXPECT_EQ(room->View().failure, std::string(kDevice) + ": a call did not return");
  EXPECT_EQ(Device().state, DeviceState::kFailed);
  // Who works there is not disturbed.
  EXPECT_EQ(neighbour->View().device, kDevice);
  EXPECT_EQ(neighbour->links, 1);
  EXPECT_EQ(Device().rooms, 1);
  EXPECT_EQ(totals_.deaths.value(), 0u);
  const auto late = Room("works");
  EXPECT_EQ(late->View().device, "cpu");
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
  devices_.Test("vaapi-renderD128", [](const auto&) {});
  room->mixer().Move({});
  EXPECT_EQ(room->links, 2);
  UntilOn(*room, kDevice);
  EXPECT_EQ(room->View().failure, "");
  EXPECT_EQ(totals_.deaths.value(), 0u);
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
