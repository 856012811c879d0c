// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/pixel_size.h"
#include "tests/conformance/support/stream.h"

namespace continuo {

// VP8 as other people's encoders make it, in libvpx's words.
struct Vp8Style {
  const char* name = "";
  PixelSize size{352, 288};
  int version = 0;             // 0 to 3: which filters a decoder uses
  int log2_partitions = 0;     // of tokens: 0 to 3
  bool hidden_frames = false;  // that are referred to and never shown
  bool error_resilient = false;
  int sharpness = 0;  // of the loop filter: 0 to 7
  int pictures = 24;
  int key_every = 1000;
};

// Always the same bytes for the same style.
Stream EncodeVp8(const Vp8Style& style);

}  // namespace continuo
