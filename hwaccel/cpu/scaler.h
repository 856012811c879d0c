// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwaccel/picture_buffer.h"
#include "media/video_frame.h"

namespace continuo {

// Scales I420 pictures on the CPU, the cheapest way that does not alias. libyuv is fastest at
// exactly 1/2 and 1/4; its bilinear filter reads two pixels per axis, so it aliases below 1/2,
// where its box filter is right but costs three times as much. So a picture is halved (exactly,
// which is nearly free) until it is less than twice the target, and only then filtered. Does not
// keep a picture's shape: see FitRect. Owns scratch pictures that grow to half the largest source
// seen. One thread at a time.
class Scaler {
 public:
  // Sizes may be odd, but not empty; source and target do not overlap.
  void Scale(const I420View& source, const MutableI420View& target);

 private:
  PictureBuffer scratch_[2];
};

}  // namespace continuo
