// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "media/codec.h"
#include "media/pixel_size.h"

namespace continuo {

// How a device puts an overlay over a picture.
enum class BlendSupport : uint8_t {
  kNone,      // it can't: the compositor blends that part of the canvas on the CPU
  kPerPixel,  // in the same pass as the pictures
};

// What a device said that it can do, when it was opened. 0 (an empty size, false) means that it
// can't do it at all, and that the CPU does it instead.
struct Limits {
  struct Decode {
    PixelSize max_size;  // the largest coded picture
  };
  struct Encode {
    PixelSize max_size;
    bool low_power = false;       // by a fixed-function engine (EncSliceLP)
    bool changes_rate = false;    // while running, without a key frame
    bool intra_refresh = false;   // by a rolling column or row of intra blocks
    int regions_of_interest = 0;  // regions with a QP of their own, per picture
  };
  std::array<Decode, kVideoCodecCount> decode;  // by VideoCodec
  std::array<Encode, kVideoCodecCount> encode;  // by VideoCodec
  PixelSize max_canvas;
  // Pictures that go into one pass over the canvas. More take several passes.
  int layers_per_pass = 0;
  BlendSupport blend = BlendSupport::kNone;
};

}  // namespace continuo
