// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/task_runner.h"
#include "base/time.h"
#include "hwaccel/compositor.h"
#include "mcu/ladder/ladder_probe.h"
#include "mcu/ladder/rendition_encoder.h"
#include "media/encoded_frame.h"
#include "media/rendition.h"

namespace continuo {

// Takes what the ladder encoded, once per rendition, whoever is on it. Called on the compose
// thread; the frame is valid for the call.
class RenditionSink {
 public:
  virtual ~RenditionSink() = default;
  virtual void OnRenditionFrame(VideoRendition rendition, const EncodedFrame& frame) = 0;
};

// A room's renditions: encodes the canvas once for each that somebody is on, at its rung's own
// pace, and not at all while the canvas stands still (but for a keep-alive every second). Does not
// compose, choose renditions, or adapt rates. Fed by the Composer's canvas; feeds the sink. The
// encoders of one tick run side by side on the TaskRunner; everything else, the sink included, is
// on the compose thread. rtp_timestamp is the monotonic clock in 90 kHz ticks, the low 32 bits, so
// that all renditions share one clock; capture_time is when the canvas was composed. An encoder
// that fails is counted, thrown away and made anew, at most once a second when it keeps failing.
class Ladder {
 public:
  // The runner, the sink and the probe outlive the ladder; the sink does not call it. Ticks of a
  // rung are multiples of its frame interval after `epoch`.
  Ladder(VideoEncoderFactory factory, TaskRunner& runner, RenditionSink& sink, LadderProbe& probe,
         Timestamp epoch, Timestamp (*clock)() = MonotonicNow);

  // By VideoRendition::index(): on which renditions there is somebody. A new one begins with a key
  // frame at the next Encode(); the encoder of one that nobody is on any more is destroyed.
  void SetActive(std::bitset<kVideoRenditionCount> active);
  // At most one key frame a second per rendition: the first is encoded at once, whatever the pace,
  // later ones wait and become one. Ignored for a rendition that nobody is on.
  void RequestKeyFrame(VideoRendition rendition, Timestamp now);

  // When Encode() is to be called next; in the past when it is overdue, infinite when nobody looks.
  Timestamp NextDeadline() const;
  // Encodes what is due. `canvas_version` differs from that of an earlier call if and only if
  // something in the canvas does.
  void Encode(CanvasSource& canvas, uint64_t canvas_version, Timestamp now);

 private:
  const VideoEncoderFactory factory_;
  TaskRunner& runner_;
  RenditionSink& sink_;
  std::array<std::unique_ptr<RenditionEncoder>, kVideoRenditionCount> renditions_;
};

}  // namespace continuo
