// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <vector>

#include "base/result.h"
#include "hwaccel/device.h"
#include "hwaccel/picture_buffer.h"
#include "media/video_frame.h"

namespace continuo {

// One picture for both compositors: where the device reads it, and the same pixels for the CPU.
struct TestSource {
  PictureView on_device;
  I420View in_memory;
};

// The pictures that a self-test composes: wide, tall and odd ones in memory, and where the device
// decodes, pictures of its own decoder, so that composition is compared on what really came out of
// that. The last one has no pixels, like somebody whose camera is off. Owns them all; the device
// outlives it.
class TestSources {
 public:
  static Result<std::unique_ptr<TestSources>> Make(Device& device);

  const std::vector<TestSource>& all() const { return sources_; }

 private:
  void AddDrawn(PixelSize size, int number);
  Status AddDecoded(Device& device, PixelSize size);

  std::list<PictureBuffer> buffers_;
  std::vector<std::unique_ptr<const VideoFrame>> frames_;
  std::vector<TestSource> sources_;
};

}  // namespace continuo
