// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "hwaccel/device.h"
#include "hwaccel/engine.h"
#include "hwaccel/hang_detector.h"
#include "mcu/link/link_memory.h"
#include "mcu/link/messages.h"
#include "mcu/link/ring.h"
#include "mcu/mixer/audio_thread.h"
#include "mcu/mixer/compose_thread.h"
#include "mcu/mixer/decode_worker.h"
#include "mcu/mixer/mixer_probe.h"
#include "mcu/mixer/report.h"

namespace continuo {

// One room's mixer: draws and mixes what the last Scene on the link says. Has no network, no keys
// and no files. Its main thread (whoever calls Run) reads the link and hands frames to the decode
// workers and packets to the audio thread; the compose thread and the audio thread write the
// results to the link themselves. Runs in a process of its own, or in a test's.
class Mixer {
 public:
  struct Options {
    size_t decode_workers = 1;
    size_t encode_helpers = 1;  // threads that encode beside the compose thread
    // Where pictures are made; null for the CPU alone. An error of the device moves the room to the
    // CPU. A call that takes longer than `device_deadline` cannot be ended, nor can the threads
    // that wait for it: Run() then reports it and calls `on_device_hung`, which should end the
    // process.
    std::unique_ptr<Device> device;
    TimeDelta device_deadline = TimeDelta::Millis(300);
    std::function<void()> on_device_hung = [] {};
  };
  // `link` outlives the mixer.
  static Result<std::unique_ptr<Mixer>> Create(const LinkMemory& link, Options options);
  ~Mixer();
  Mixer(const Mixer&) = delete;
  Mixer& operator=(const Mixer&) = delete;

  void Run();   // until Stop()
  void Stop();  // any thread

 private:
  // A sender whose stream is broken until its next key frame, and when we said so.
  struct Source {
    size_t worker = 0;
    bool waits_for_key = true;
    Timestamp asked;          // last
    Timestamp asked_before;   // the time before that
    bool answered = false;    // a key frame came since
    uint64_t key_serial = 0;  // of the last key frame that the worker was given
    bool moved = false;       // asked since the device was given up
  };

  Mixer(const LinkMemory& link, std::unique_ptr<EventLoop> loop, Options options);
  Status StartThreads();
  void ReadLink();
  bool ReadRing(RingConsumer& ring);
  void OnRecord(const RingConsumer::Record& record);
  void OnScene(const Scene& scene);
  void OnVideoFrame(const ParticipantFrame& message);
  // `serial` is of the frame that was of no use.
  void WantKeyFrame(ParticipantId participant, uint64_t serial);
  void Report();
  void ReportAgain();
  void WatchDevice();

  const LinkMemory& link_;
  Options options_;  // the device has moved to the engine
  const std::unique_ptr<EventLoop> loop_;
  MixerProbe probe_;
  Engine engine_;
  HangDetector hang_detector_;
  bool device_failure_seen_ = false;
  DeviceCalls device_calls_ = DeviceCalls::kReturn;
  std::vector<RingConsumer> rings_;  // control, then media of each shard
  RingProducer control_up_;
  uint64_t scene_version_ = 0;
  std::unordered_map<ParticipantId, Source> sources_;
  size_t next_worker_ = 0;
  uint64_t frames_ = 0;

  // Destroyed in reverse: the threads before what they read.
  std::vector<std::unique_ptr<DecodeWorker>> workers_;
  std::unique_ptr<ComposeThread> compose_;
  std::unique_ptr<AudioThread> audio_;
};

}  // namespace continuo
