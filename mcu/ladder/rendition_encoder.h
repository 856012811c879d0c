// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/task_runner.h"
#include "base/time.h"
#include "codecs/video_encoder.h"
#include "mcu/ladder/ladder_probe.h"
#include "media/encoded_frame.h"
#include "media/rendition.h"

namespace continuo {

// Makes an encoder: an Engine's (hwaccel/engine.h), or a test's.
using VideoEncoderFactory =
    std::function<Result<std::unique_ptr<VideoEncoder>>(VideoCodec, const VideoEncoderConfig&)>;

// One rendition of the Ladder: decides when it is encoded and as what, and owns its encoder. As a
// Task, Run() is the encode itself and may be on any thread; all else is on the compose thread:
// Due(), Prepare(), then Run(), then Finish().
class RenditionEncoder final : public Task {
 public:
  RenditionEncoder(VideoRendition rendition, const VideoEncoderFactory& factory,
                   RenditionProbe& probe, Timestamp epoch, Timestamp (*clock)());

  VideoRendition rendition() const { return rendition_; }
  bool active() const { return active_; }
  void SetActive(bool active);
  void RequestKeyFrame(Timestamp now);

  // When it may have something to do next. Infinite while inactive, in the past at the beginning.
  Timestamp NextDeadline() const;
  // Whether to encode this canvas now. Passes the ticks that are over.
  bool Due(uint64_t canvas_version, Timestamp now);
  // There is no canvas of its size.
  void FailWithoutPicture(Timestamp now);
  // Makes the encoder if there is none. False when that fails: then there is nothing to run.
  bool Prepare(const PictureView& picture, uint64_t canvas_version, Timestamp now);
  void Run() override;
  // What came of it, until the next Run(); nothing when the encoder dropped the frame or failed.
  std::optional<EncodedFrame> Finish();

 private:
  bool StandsStill(uint64_t canvas_version, Timestamp now) const;
  void PassTicks(Timestamp now);
  void Fail(ErrorCode code);

  const VideoRendition rendition_;
  const VideoEncoderFactory& factory_;
  RenditionProbe& probe_;
  const Timestamp epoch_;
  Timestamp (*const clock_)();
  const RungSpec spec_;
  const TimeDelta interval_;

  bool active_ = false;
  std::unique_ptr<VideoEncoder> encoder_;
  std::optional<Timestamp> next_tick_;  // none before the first
  std::optional<Timestamp> last_encode_;
  std::optional<uint64_t> encoded_version_;
  std::optional<Timestamp> last_key_frame_;
  std::optional<Timestamp> key_frame_due_;
  std::optional<Timestamp> last_failure_;
  Timestamp retry_at_;

  // From Prepare() to Finish().
  PictureView picture_;
  uint64_t version_ = 0;
  Timestamp now_;
  ForceKeyFrame force_ = ForceKeyFrame::kNo;
  Result<EncodedFrame> result_{EncodedFrame{}};
};

}  // namespace continuo
