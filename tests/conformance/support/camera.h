// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "codecs/video_decoder.h"
#include "codecs/video_encoder.h"
#include "hwaccel/device.h"
#include "media/codec.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"
#include "tests/support/test_picture.h"

namespace continuo {

// One picture of a camera, twice: as the device decoded it, and as the CPU did. The same samples.
struct Shot {
  std::unique_ptr<const VideoFrame> on_device;
  std::unique_ptr<const VideoFrame> in_memory;
};

// Somebody's stream, decoded side by side on the device and on the CPU.
class Camera {
 public:
  // `number` is that of its first picture: whoever begins elsewhere looks different.
  Camera(Device& device, VideoCodec codec, PixelSize size, int number = 1);

  Shot Next();
  int number() const { return number_; }  // of the last shot

 private:
  int number_;
  TestPicture picture_;
  std::unique_ptr<VideoEncoder> encoder_;
  std::unique_ptr<VideoDecoder> on_device_;
  std::unique_ptr<VideoDecoder> in_memory_;
};

}  // namespace continuo
