// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <span>
#include <vector>

#include "softva/tests/test_display.h"

namespace softva {

// Decodes what TestEncoder writes, by libva's calls: parses the headers as a program has to, and
// keeps as many surfaces as it takes.
class TestDecoder {
 public:
  TestDecoder(TestDisplay& display, int width, int height);

  // One coded picture. `reference` is what a P picture is said to refer to; the picture decoded
  // last, unless it is given.
  VAStatus Decode(std::span<const uint8_t> coded, VASurfaceID target);
  VAStatus Decode(std::span<const uint8_t> coded, VASurfaceID target, VAPictureH264 reference);

  // As the parameters name the picture decoded last.
  const VAPictureH264& last() const { return last_; }

 private:
  void ReadSequenceSet(std::span<const uint8_t> nal);
  void ReadPictureSet(std::span<const uint8_t> nal);
  VAStatus DecodeSlice(std::span<const uint8_t> nal, VASurfaceID target, VAPictureH264 reference);
  VAStatus Submit(std::span<const uint8_t> nal, VASurfaceID target, bool idr);

  TestDisplay& display_;
  VAContextID context_;
  VAPictureParameterBufferH264 picture_{};
  VAPictureH264 last_{};
};

}  // namespace softva
