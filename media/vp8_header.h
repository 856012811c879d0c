// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "media/encoded_frame.h"
#include "media/pixel_size.h"

namespace continuo {

// The uncompressed part at the start of every VP8 frame. RFC 6386 §9.1.
struct Vp8Header {
  FrameKind kind = FrameKind::kDelta;
  int version = 0;                    // 0 to 3: which filters a decoder uses
  bool shown = false;                 // false: only to be referred to, no picture comes out
  uint32_t first_partition_size = 0;  // bytes
  PixelSize size;                     // of key frames only; {0, 0} on delta frames
};

// kMalformed when the frame is too short for its header or for its first partition, has a version
// that doesn't exist, or is a key frame without start code or without pixels. Upscaling hints are
// read over: nobody sends them.
Result<Vp8Header> ParseVp8Header(ByteView frame);

}  // namespace continuo
