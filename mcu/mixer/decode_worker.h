// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_map>

#include "base/ids.h"
#include "base/result.h"
#include "base/spsc_queue.h"
#include "base/wakeup.h"
#include "codecs/video_decoder.h"
#include "hwaccel/engine.h"
#include "mcu/mixer/mixer_probe.h"
#include "media/encoded_frame.h"
#include "media/video_frame.h"

namespace continuo {

struct DecodedPicture {
  ParticipantId participant;
  std::unique_ptr<const VideoFrame> frame;
};

// One thread that decodes the streams of some participants. Fed by the mixer's main thread, drained
// by the compose thread; both ends are mailboxes that refuse the newest when full. A stream that
// cannot be decoded waits for its next key frame and asks for one; it never disturbs the others.
class DecodeWorker {
 public:
  // Says that a participant's stream needs a key frame, because the frame submitted with this
  // serial was of no use.
  using WantKeyFrame = std::function<void(ParticipantId, uint64_t serial)>;

  // `want_key_frame` is called on the worker's own thread. Engine and probe outlive the worker.
  static Result<std::unique_ptr<DecodeWorker>> Start(Engine& engine, WantKeyFrame want_key_frame,
                                                     MixerProbe& probe);
  ~DecodeWorker();
  DecodeWorker(const DecodeWorker&) = delete;
  DecodeWorker& operator=(const DecodeWorker&) = delete;

  // Main thread. False when the worker is so late that the frame was refused.
  bool Submit(ParticipantId participant, uint64_t serial, const EncodedFrame& frame);
  void Forget(ParticipantId participant);

  // Compose thread. Pictures come in decoding order.
  std::optional<DecodedPicture> TakePicture() { return pictures_.TryPop(); }

 private:
  // A frame to decode, or, with no frame, a participant to forget.
  struct Job {
    ParticipantId participant;
    uint64_t serial = 0;
    std::unique_ptr<OwnedEncodedFrame> frame;
  };
  struct Stream {
    std::unique_ptr<VideoDecoder> decoder;
    VideoCodec codec = VideoCodec::kVp8;
    bool waits_for_key = true;
  };
  static constexpr size_t kQueue = 128;

  DecodeWorker(Engine& engine, Wakeup wakeup, WantKeyFrame want_key_frame, MixerProbe& probe)
      : engine_(engine),
        wakeup_(std::move(wakeup)),
        want_key_frame_(std::move(want_key_frame)),
        probe_(probe) {}
  void Run();
  void Decode(const Job& job);
  // Opens a decoder if the stream has none for this codec. False when it cannot be decoded now.
  bool Prepare(Stream& stream, const EncodedFrame& frame);

  Engine& engine_;
  Wakeup wakeup_;
  const WantKeyFrame want_key_frame_;
  MixerProbe& probe_;
  SpscQueue<Job, kQueue> jobs_;
  SpscQueue<std::unique_ptr<OwnedEncodedFrame>, kQueue> spare_frames_;  // back to the main thread
  SpscQueue<DecodedPicture, kQueue> pictures_;
  std::unordered_map<ParticipantId, Stream> streams_;  // the worker's thread only
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace continuo
