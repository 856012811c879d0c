// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>

#include "base/result.h"
#include "hwaccel/compositor.h"
#include "hwaccel/cpu/scaler.h"
#include "hwaccel/picture_buffer.h"
#include "media/video_frame.h"

namespace continuo {

// A canvas in memory at the sizes that encoders want: scaled once per size and change. Allocates
// when a size is asked for that was never asked for before. One thread at a time.
class MemoryCanvas final : public CanvasSource {
 public:
  // Whoever owns the planes draws on them, and calls Changed() when it did.
  explicit MemoryCanvas(const I420View& canvas) : canvas_(canvas) {}

  void Changed() { ++version_; }
  // kInvalidArgument for sides that are odd, empty or larger than the canvas's.
  Result<PictureView> Canvas(PixelSize size) override;

 private:
  struct Scaled {
    uint64_t version = 0;  // of the canvas that it shows
    PictureBuffer buffer;
  };
  const I420View canvas_;
  uint64_t version_ = 1;
  Scaler scaler_;
  std::list<Scaled> scaled_;  // views stay where they are
};

}  // namespace continuo
