// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "codecs/video_decoder.h"
#include "mcu/link/link_memory.h"
#include "mcu/link/ring.h"
#include "mcu/mixer/mixer.h"
#include "mcu/scene/scene.h"
#include "tests/conformance/faults/looped_camera.h"

namespace continuo {

// A whole mixer with its threads, and everybody around it: people who send in real time, one who
// looks at the sd rendition, and one who only listens. Says how long the picture or the sound stood
// still. All on the caller's thread but the mixer's own.
class LiveRoom {
 public:
  // `on_device_hung` is called on the mixer's main thread, when a call lasts for `deadline`.
  LiveRoom(std::unique_ptr<Device> device, TimeDelta deadline,
           std::function<void()> on_device_hung);
  ~LiveRoom();
  LiveRoom(const LiveRoom&) = delete;
  LiveRoom& operator=(const LiveRoom&) = delete;

  // These people are in the room from now on, and somebody whose camera is off. They outlive it.
  void Gather(const std::vector<LoopedCamera*>& people);
  void RequestKeyFrame();
  // Lets what is due happen, and waits for more until `until` at most.
  void Live(Timestamp until);
  // Lets the meeting go on until everybody in it was seen live since now; false when that takes
  // longer than `patience`.
  bool LiveUntilSeen(TimeDelta patience);

  // The longest time so far that somebody's tile stood still, or that nothing was to be heard.
  TimeDelta longest_freeze() const { return longest_freeze_; }
  TimeDelta longest_silence() const { return longest_silence_; }
  // Since when a tile stands still, of the one that does for the longest time. Any thread.
  Timestamp frozen_since() const {
    return Timestamp::Micros(frozen_since_us_.load(std::memory_order_relaxed));
  }
  // Why the device was given up, in the mixer's words; empty while it works.
  const std::string& device_failure() const { return device_failure_; }
  // What the room's viewer or link could not make sense of; empty when all is well.
  const std::string& problem() const { return problem_; }

 private:
  struct Seat {
    LoopedCamera* camera = nullptr;
    PixelRect tile;
    std::optional<uint16_t> shown;
    Timestamp moved;  // when `shown` last changed
    int changes = 0;
  };

  void Send(Timestamp now);
  void TakeControl();
  void TakeVideo();
  void TakeAudio();
  void Watch(const EncodedFrame& frame);
  void NoteFreezes(Timestamp now);

  std::unique_ptr<LinkMemory> link_;
  RingProducer control_down_, media_down_;
  RingConsumer control_up_, video_up_, audio_up_;
  std::unique_ptr<Mixer> mixer_;
  std::thread thread_;
  uint64_t version_ = 0;
  std::vector<Seat> seats_;
  Timestamp next_frames_;
  std::unique_ptr<VideoDecoder> screen_;
  Timestamp heard_;
  std::atomic<int64_t> frozen_since_us_{0};
  TimeDelta longest_freeze_;
  TimeDelta longest_silence_;
  std::string device_failure_;
  std::string problem_;
};

}  // namespace continuo
