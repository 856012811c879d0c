// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/rate.h"
#include "codecs/video_encoder.h"
#include "hwaccel/compositor.h"
#include "hwaccel/device.h"
#include "tests/conformance/support/stream.h"
#include "tests/support/test_picture.h"

namespace continuo {

// The moving test picture, drawn on a device's canvas and encoded there, as a rendition is.
class DrawnStream {
 public:
  // `size` is the rendition's; the canvas is `canvas`, or as large where that is left out.
  DrawnStream(Device& device, VideoCodec codec, const VideoEncoderConfig& config,
              PixelSize canvas = {});

  // The next `count` frames, the first one forced to be a key frame or not.
  Stream Next(int count, ForceKeyFrame force = ForceKeyFrame::kNo);
  VideoEncoder& encoder() { return *encoder_; }

 private:
  const PixelSize size_;
  TestPicture picture_;
  std::unique_ptr<Compositor> compositor_;
  std::unique_ptr<VideoEncoder> encoder_;
  uint16_t number_ = 0;
};

int KeyFramesIn(const Stream& stream);
DataRate RateOf(const Stream& stream, int frames_per_second);

// How like the moving test picture a stream's pictures are, decoded in software: the mean PSNR of
// luma after the first `settle` pictures, in dB. Frames that rate control dropped don't count, and
// pictures that do not come out do, as 0 dB. The canvas was of the stream's size.
double MeanPsnr(const Stream& stream, PixelSize size, size_t settle);

}  // namespace continuo
