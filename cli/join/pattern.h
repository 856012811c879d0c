// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// A person made up for machines without any clips: a coloured backdrop that drifts, a head that
// nods, and the frame's number as a barcode in the top sixth, where no name is drawn over it: two
// rows of 16 cells, the highest bit first, white for 1, the lower row the upper one's complement.
class Pattern {
 public:
  Pattern(PixelSize size, int seed);
  // Valid until the next call.
  I420View Draw(int number);

 private:
  void Fill(int plane, PixelRect rect, uint8_t value);
  void DrawHead(int number);
  void DrawBarcode(int number);

  PixelSize size_;
  int seed_;
  std::vector<uint8_t> bytes_;
  MutableI420View picture_;
};

}  // namespace continuo
