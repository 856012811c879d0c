// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/pixel_size.h"
#include "tests/conformance/support/stream.h"

namespace continuo {

// H.264 as other people's encoders make it, in x264's own words.
struct H264Style {
  const char* name = "";
  PixelSize size{352, 288};
  const char* profile = "high";
  const char* tune = nullptr;  // "zerolatency": no picture waits for a later one
  const char* options = "";    // "bframes=3:weightp=2"
  Light light = Light::kSteady;
  int pictures = 24;
  int key_every = 1000;
  // profile_idc 66 with no constraint flag: what browsers offer as 42001f.
  bool unconstrained_baseline = false;
  bool full_colour = false;  // 4:4:4; the chroma is the luma
};

// Always the same bytes for the same style.
Stream EncodeH264(const H264Style& style);

}  // namespace continuo
