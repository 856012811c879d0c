// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/conference.h"
#include "api/control_loop.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "mcu/link/messages.h"
#include "mcu/link/ring.h"
#include "mcu/scene/scene.h"
#include "server/device_table.h"
#include "server/engine_growth.h"
#include "server/mixer_process.h"
#include "server/mixer_reaper.h"
#include "server/mixer_totals.h"
#include "server/report_watch.h"

namespace continuo {

// What a RoomMixer tells its owner, on the control thread.
class RoomMixerObserver {
 public:
  virtual ~RoomMixerObserver() = default;
  // A mixer runs and its link is ready, or (null) it is gone: network shards switch to it.
  virtual void OnLink(const std::shared_ptr<LinkMemory>& link) = 0;
  virtual void OnSenderKeyFrameWanted(ParticipantId participant) = 0;
  // The room left its device for the CPU.
  virtual void OnDeviceLost() = 0;
};

// Keeps one room's mixer process running while the room is live: starts it on the best device there
// is, tells it every new Scene, and when it dies starts another at once, or after a growing pause
// if it keeps dying. One that says that its device hangs, or that says nothing any more, is
// replaced without waiting for its end, which may never come. A room whose device failed it, or
// whose mixer died on one, is on the CPU from then on, empty or not, until it is moved. Control
// thread only; never blocks.
class RoomMixer {
 public:
  using Options = MixerProcess::Options;
  // Where a room's pictures are to be made, and what speaks against it. It is the room's, which may
  // be empty for a while; its mixer writes there why it left a device.
  struct Placement {
    DevicePreference preference;
    std::string failure;  // which device failed this room, and why; empty when none did
  };
  // All that it refers to outlives it.
  RoomMixer(ControlLoop& loop, Options options, DeviceTable& devices, Placement& placement,
            RoomMixerObserver& observer, MixerTotals& totals, MixerReaper& reaper);
  ~RoomMixer();
  RoomMixer(const RoomMixer&) = delete;
  RoomMixer& operator=(const RoomMixer&) = delete;

  void SetScene(const Scene& scene);
  bool running() const { return process_ != nullptr; }
  // Ends the process; another follows, as after any death.
  void Kill();
  // Ends the process and starts another there at once, unless it is there already.
  void Move(DevicePreference preference);

  EngineView View() const;
  // What each stage did on each backend between the last two reports; false where this mixer never
  // did anything.
  struct StageRate {
    bool ever = false;
    uint64_t pictures = 0;
  };
  using StageRates = std::array<std::array<StageRate, kBackendCount>, kStageCount>;
  const StageRates& rates() const { return rates_; }

 private:
  // Why there is no more to expect of the process.
  enum class End { kDied, kHangs, kSilent };
  static std::string_view ReasonOf(End end);

  void Start();
  void Stop();
  void OnEnded();
  void LookAfter();
  void Replace(End end);
  void ReadControl();
  void ReadRecords();
  void OnRecord(const RingConsumer::Record& record);
  void OnReport(const EngineGrowth& growth);
  void LeaveDevice(const std::string& reason);
  void SendScene();

  ControlLoop& loop_;
  const Options options_;
  DeviceTable& devices_;
  Placement& placement_;
  RoomMixerObserver& observer_;
  MixerTotals& totals_;
  MixerReaper& reaper_;
  Scene scene_;

  std::unique_ptr<MixerProcess> process_;
  RingProducer control_down_;
  RingConsumer control_up_;
  MixerTotals::Baseline baseline_;
  std::unique_ptr<DeviceLease> lease_;  // the process's
  bool left_device_ = false;            // the process did, and is on the CPU if it lives
  bool hangs_ = false;                  // the process said that its device does
  ReportWatch report_watch_;            // of the process
  StageRates rates_{};
  Timestamp started_;
  int quick_deaths_ = 0;
  std::optional<ControlLoop::TimerId> restart_;
  std::optional<ControlLoop::TimerId> look_;
};

}  // namespace continuo
