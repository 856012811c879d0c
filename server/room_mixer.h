// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/control_loop.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "mcu/link/messages.h"
#include "mcu/link/ring.h"
#include "mcu/scene/scene.h"
#include "server/mixer_process.h"
#include "server/mixer_totals.h"

namespace continuo {

// What a RoomMixer tells its owner, on the control thread.
class RoomMixerObserver {
 public:
  virtual ~RoomMixerObserver() = default;
  // A mixer runs and its link is ready, or (null) it is gone: network shards switch to it.
  virtual void OnLink(const std::shared_ptr<LinkMemory>& link) = 0;
  virtual void OnSenderKeyFrameWanted(ParticipantId participant) = 0;
};

// Keeps one room's mixer process running while the room is live: starts it, tells it every new
// Scene, and when it dies starts another at once, or after a growing pause if it keeps dying.
// Control thread only.
class RoomMixer {
 public:
  struct Options {
    std::string program;
    int shards = 1;
  };
  // `loop`, `observer` and `totals` outlive it.
  RoomMixer(ControlLoop& loop, Options options, RoomMixerObserver& observer, MixerTotals& totals);
  ~RoomMixer();
  RoomMixer(const RoomMixer&) = delete;
  RoomMixer& operator=(const RoomMixer&) = delete;

  void SetScene(const Scene& scene);
  bool running() const { return process_ != nullptr; }
  // Ends the process; another follows, as after any death.
  void Kill();

 private:
  void Start();
  void Stop();
  void OnEnded();
  void ReadControl();
  void OnRecord(const RingConsumer::Record& record);
  void SendScene();

  ControlLoop& loop_;
  const Options options_;
  RoomMixerObserver& observer_;
  MixerTotals& totals_;
  Scene scene_;

  std::unique_ptr<MixerProcess> process_;
  RingProducer control_down_;
  RingConsumer control_up_;
  MixerTotals::Baseline baseline_;
  Timestamp started_;
  int quick_deaths_ = 0;
  std::optional<ControlLoop::TimerId> restart_;
};

}  // namespace continuo
