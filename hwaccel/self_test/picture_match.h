// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "hwaccel/device.h"
#include "hwaccel/picture_buffer.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// The peak signal-to-noise ratio of two pictures of one size, in dB: of the plane that is worst
// off, so that a wrong colour is not hidden by right luma. kIdenticalDb when they are equal.
inline constexpr double kIdenticalDb = 99;
// From here on, people take two pictures for the same.
inline constexpr double kSamePictureDb = 40;
double WorstPlanePsnr(const I420View& a, const I420View& b);
double LumaPsnr(const I420View& a, const I420View& b);

// A part of a picture, which borrows its planes. The rectangle is even and inside it.
I420View PartOf(const I420View& picture, PixelRect rect);

// A picture wherever it is, readable: itself when it is in memory, else a copy that is downloaded
// and lasts until the next one is read.
class ReadablePicture {
 public:
  Result<I420View> Read(Device& device, const PictureView& picture);

 private:
  PictureBuffer copy_;
};

}  // namespace continuo
