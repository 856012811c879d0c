// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "base/latest.h"
#include "base/result.h"
#include "base/task_runner.h"
#include "base/wakeup.h"
#include "hwaccel/engine.h"
#include "mcu/ladder/ladder.h"
#include "mcu/link/link_memory.h"
#include "mcu/link/ring.h"
#include "mcu/mixer/decode_worker.h"
#include "mcu/mixer/mixer_probe.h"
#include "mcu/scene/scene.h"
#include "mcu/video/composer.h"

namespace continuo {

// The mixer's compose thread: at every tick of the ladder it latches the newest picture of each
// participant, brings the canvas up to date, has it encoded once per rendition, and puts the access
// units on every shard's ring. While nobody looks it only takes pictures away. Owns composer and
// ladder.
class ComposeThread final : private RenditionSink {
 public:
  struct Probes {
    ComposerProbe composer;
    LadderProbe ladder;
  };

  // `link`, `engine`, `workers` and `probe` outlive the thread. `helpers` encode beside it.
  static Result<std::unique_ptr<ComposeThread>> Start(
      const LinkMemory& link, Engine& engine,
      std::span<const std::unique_ptr<DecodeWorker>> workers, size_t helpers, MixerProbe& probe);
  ~ComposeThread() override;
  ComposeThread(const ComposeThread&) = delete;
  ComposeThread& operator=(const ComposeThread&) = delete;

  // The mixer's main thread.
  void SetScene(const Scene& scene);
  void RequestKeyFrame(VideoRendition rendition);

  const Probes& probes() const { return *probes_; }

 private:
  ComposeThread(const LinkMemory& link, Engine& engine,
                std::span<const std::unique_ptr<DecodeWorker>> workers, size_t helpers,
                MixerProbe& probe, Wakeup wakeup, std::unique_ptr<Probes> probes,
                std::unique_ptr<Composer> composer);
  void Run();
  Timestamp NextWake(Timestamp now) const;
  void TakeScene();
  void TakePictures();
  void TakeKeyFrameRequests(Timestamp now);
  void OnRenditionFrame(VideoRendition rendition, const EncodedFrame& frame) override;

  const LinkMemory& link_;
  const std::span<const std::unique_ptr<DecodeWorker>> workers_;
  MixerProbe& probe_;
  Wakeup wakeup_;
  Latest<Scene> scene_;
  std::atomic<uint32_t> key_frame_requests_{0};  // a bit per rendition
  std::atomic<bool> stop_{false};

  // The compose thread only.
  bool anybody_sends_ = false;  // pictures
  std::unique_ptr<Probes> probes_;
  std::unique_ptr<Composer> composer_;
  ThreadPool pool_;
  Ladder ladder_;
  std::vector<RingProducer> rings_;  // by shard
  std::thread thread_;
};

}  // namespace continuo
