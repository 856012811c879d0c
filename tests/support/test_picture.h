// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// An I420 picture that a test owns: tightly packed, black to begin with. Any size from 2x2.
class TestPicture {
 public:
  explicit TestPicture(PixelSize size);

  PixelSize size() const { return size_; }
  MutableI420View view();
  I420View view() const;

 private:
  PixelSize size_;
  std::vector<uint8_t> bytes_;
};

// Draws what a camera would send: gradients that move with the number, a little noise that differs
// in every frame, and the number itself as a barcode across the bottom sixth. The barcode is two
// rows of 16 cells, the highest bit at the left, white for 1, the lower row the upper one's
// complement. The same number always draws the same picture.
void DrawMovingPicture(uint16_t number, MutableI420View picture);
// The barcode alone, on another picture.
void DrawBarcode(uint16_t number, MutableI420View picture);

// Reads the number back off a picture, or off a part of one (a tile on a canvas), that
// DrawMovingPicture drew before it was scaled and compressed. Nothing when the cells are not
// clearly black and white or the rows disagree: another picture, or half of one and half of
// another.
std::optional<uint16_t> ReadBarcode(const I420View& picture);
std::optional<uint16_t> ReadBarcode(const I420View& picture, PixelRect part);

// The visible part of a picture; x and y even. Borrows the planes.
I420View Crop(const I420View& picture, PixelRect part);

// Peak signal-to-noise ratio of one plane (0 is luma), in dB; 99 when they are equal.
double PlanePsnr(const I420View& a, const I420View& b, int plane);

}  // namespace continuo
