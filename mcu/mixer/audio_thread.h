// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/latest.h"
#include "base/result.h"
#include "base/spsc_queue.h"
#include "base/wakeup.h"
#include "mcu/audio/audio_mixer.h"
#include "mcu/link/link_memory.h"
#include "mcu/link/messages.h"
#include "mcu/link/ring.h"
#include "mcu/mixer/mixer_probe.h"
#include "mcu/scene/scene.h"

namespace continuo {

// The mixer's audio thread: a clock of 20 ms, at the highest priority that the system grants.
// Drains the packets that the main thread left, mixes one tick, and puts the results on the shards'
// rings: a private mix on the shard of its talker, a shared one on all. Ticks are numbered from the
// start of the machine's monotonic clock, so that a restarted mixer carries on where the last one
// stopped. Sleeps without a clock while nobody is in the room.
class AudioThread final : private AudioMixSink {
 public:
  // `link` and `probe` outlive the thread.
  static Result<std::unique_ptr<AudioThread>> Start(const LinkMemory& link, MixerProbe& probe);
  ~AudioThread() override;
  AudioThread(const AudioThread&) = delete;
  AudioThread& operator=(const AudioThread&) = delete;

  // The mixer's main thread.
  void Submit(const ParticipantAudio& message);
  void SetScene(const Scene& scene);

  const AudioMixProbe& probe() const { return *audio_probe_; }

 private:
  struct QueuedPacket {
    ParticipantId participant;
    int64_t sequence = 0;
    int64_t rtp_timestamp = 0;
    Timestamp arrival;
    uint16_t size = 0;
    std::array<uint8_t, kMaxAudioPayload> payload;
  };

  AudioThread(const LinkMemory& link, MixerProbe& probe, Wakeup wakeup);
  void Run();
  void TakeScene();
  void TakePackets();
  void OnPrivateAudio(ParticipantId participant, Rung rung, int64_t tick, ByteView opus) override;
  void OnSharedAudio(Rung rung, int64_t tick, ByteView opus) override;

  const LinkMemory& link_;
  MixerProbe& probe_;
  Wakeup wakeup_;
  Latest<Scene> next_scene_;
  // 50 talkers for a fifth of a second.
  SpscQueue<QueuedPacket, 512> packets_;
  std::atomic<bool> stop_{false};

  // The audio thread only.
  std::unique_ptr<AudioMixProbe> audio_probe_;
  std::unique_ptr<AudioMixer> mixer_;
  std::unique_ptr<Scene> scene_;
  std::vector<RingProducer> rings_;  // by shard
  std::thread thread_;
};

}  // namespace continuo
