// SPDX-License-Identifier: Apache-2.0
// continuo-mixer opens a device for a room, or does without it.
#include <gtest/gtest.h>
#include <poll.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/control_loop.h"
#include "base/clock.h"
#include "mcu/link/link.pb.h"
#include "mcu/link/messages.h"
#include "mcu/scene/scene.h"
#include "metrics/counter.h"
#include "server/mixer/exit_codes.h"
#include "server/mixer_process.h"
#include "server/mixer_reaper.h"

namespace continuo {
namespace {

constexpr TimeDelta kPatience = TimeDelta::Seconds(60);

class RoomOnAGpu : public ::testing::Test {
 protected:
  std::unique_ptr<MixerProcess> Start(const DeviceSpec& device) {
    auto process = MixerProcess::Start({.program = CONTINUO_MIXER}, device, reaper_);
    EXPECT_TRUE(process) << ToString(process.error());
    return std::move(*process);
  }

 private:
  ControlLoop loop_;
  Gauge unkillable_;
  MixerReaper reaper_{loop_, unkillable_};
};

bool IsReadable(int fd, TimeDelta patience) {
  pollfd wanted{fd, POLLIN, 0};
  return poll(&wanted, 1, static_cast<int>(patience.ms())) == 1;
}

// The first report of a mixer that is like this; nothing when none comes.
std::optional<link::MixerReport> FirstReport(
    const MixerProcess& process, const std::function<bool(const link::MixerReport&)>& like =
                                     [](const link::MixerReport&) { return true; }) {
  const LinkMemory& link = *process.link();
  RingConsumer ring(link.control_up());
  const Timestamp deadline = MonotonicNow() + kPatience;
  do {
    LinkMemory::DrainWake(link.wake_control_fd());
    for (; const auto record = ring.Peek(); ring.Pop()) {
      if (static_cast<LinkRecord>(record->type) != LinkRecord::kReport) continue;
      link::MixerReport report;
      const auto size = static_cast<int>(record->bytes.size());
      if (report.ParseFromArray(record->bytes.data(), size) && like(report)) return report;
    }
  } while (!ring.PrepareToSleep() || IsReadable(link.wake_control_fd(), deadline - MonotonicNow()));
  return std::nullopt;
}

TEST_F(RoomOnAGpu, OpensItsDevice) {
  const auto process = Start({Backend::kVaapi, "/dev/dri/renderD128"});
  const auto report = FirstReport(*process);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->engine().device(), "/dev/dri/renderD128");
  EXPECT_EQ(report->engine().failure(), "");
}

TEST_F(RoomOnAGpu, RunsOnTheCpuWhenItsDeviceDoesNotOpen) {
  const auto process = Start({Backend::kVaapi, "/dev/dri/renderD200"});
  const auto report = FirstReport(*process);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->engine().device(), "");
  EXPECT_FALSE(IsReadable(process->ended_fd(), TimeDelta()));
}

// A Scene with one person in it, whose name plate is drawn on the device.
Scene Somebody() {
  Scene scene;
  scene.version = 1;
  scene.tiles.push_back({ParticipantId(1), "Ada", {0, 0, 1280, 720}, CameraState::kOff});
  scene.voices.push_back({ParticipantId(1), ShardIndex(0)});
  scene.renditions.set(VideoRendition{VideoCodec::kH264, Rung::kSd}.index());
  return scene;
}

// For the case that the end which it announces never comes.
TEST_F(RoomOnAGpu, SaysThatItsDeviceHangsAndEnds) {
  // Later than what is tried when a device is opened.
  ::setenv("SOFTVA_FAULT", "EndPicture:6:hang", 1);
  const auto process = Start({Backend::kVaapi, "/dev/dri/renderD128"});
  ::unsetenv("SOFTVA_FAULT");
  const LinkMemory& link = *process->link();
  RingProducer down(link.control_down());
  ASSERT_TRUE(WriteScene(down, link.wake_mixer_fd(), Somebody()));
  const auto report = FirstReport(
      *process, [](const link::MixerReport& said) { return said.engine().device_hangs(); });
  ASSERT_TRUE(report);
  EXPECT_NE(report->engine().failure(), "");
  ASSERT_TRUE(IsReadable(process->ended_fd(), kPatience));
  EXPECT_EQ(process->exit_code(), kExitDeviceHung);
}

TEST_F(RoomOnAGpu, EndsWhenItsDeviceHangsWhileItIsOpened) {
  ::setenv("SOFTVA_FAULT", "any:5:hang", 1);
  const auto process = Start({Backend::kVaapi, "/dev/dri/renderD128"});
  ::unsetenv("SOFTVA_FAULT");
  ASSERT_TRUE(IsReadable(process->ended_fd(), kPatience));
  EXPECT_EQ(process->exit_code(), kExitDeviceHung);
}

}  // namespace
}  // namespace continuo
