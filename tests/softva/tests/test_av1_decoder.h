// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "softva/tests/test_display.h"

namespace softva {

// What a program has in its eight slots before a frame.
using Av1ReferenceMap = std::array<VASurfaceID, 8>;

// Makes AV1 frames up and has them decoded by libva's calls. The parameters are the plainest there
// are, for a test to add to; the tiles are noise, which is as good as anything: an arithmetic
// decoder takes all bytes.
class TestAv1Decoder {
 public:
  TestAv1Decoder(TestDisplay& display, int width, int height);

  VADecPictureParameterBufferAV1 KeyFrame(VASurfaceID target) const;
  // Predicts from the slots that `references` counts off, seven times over.
  VADecPictureParameterBufferAV1 InterFrame(VASurfaceID target, const Av1ReferenceMap& map,
                                            std::span<const int> references, int order_hint) const;

  // One buffer of slice parameters for all tiles, and one of data.
  VAStatus Decode(const VADecPictureParameterBufferAV1& picture,
                  std::vector<VASliceParameterBufferAV1> tiles, std::span<const uint8_t> data);
  // All tiles of the picture of equal size, in order.
  VAStatus Decode(const VADecPictureParameterBufferAV1& picture, std::span<const uint8_t> data);

 private:
  TestDisplay& display_;
  const int width_, height_;
  VAContextID context_;
};

// Always the same for the same number.
std::vector<uint8_t> MakeNoise(size_t bytes, uint32_t number);

}  // namespace softva
