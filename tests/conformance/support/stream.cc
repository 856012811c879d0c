// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/stream.h"

#include <algorithm>
#include <cstdlib>

namespace continuo {

Stream Then(Stream first, const Stream& second) {
  uint32_t last = 0;
  for (const OwnedEncodedFrame& frame : first) last = std::max(last, frame.rtp_timestamp);
  for (OwnedEncodedFrame frame : second) {
    frame.rtp_timestamp += last;
    first.push_back(std::move(frame));
  }
  return first;
}

void DrawScene(uint16_t number, Light light, TestPicture& picture) {
  DrawMovingPicture(number, picture.view());
  if (light == Light::kSteady) return;
  // From a third of the light to all of it and back in 16 pictures.
  const int bright = 5 + std::abs(number % 16 - 8);
  uint8_t* const luma = picture.view().planes[0];
  std::transform(luma, luma + picture.size().area(), luma,
                 [bright](uint8_t y) { return static_cast<uint8_t>(16 + (y - 16) * bright / 13); });
}

}  // namespace continuo
