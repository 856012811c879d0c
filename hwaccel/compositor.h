// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "hwaccel/fit_rect.h"
#include "hwaccel/overlay.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// A colour in BT.709 limited range.
struct YuvColor {
  uint8_t y = 16;
  uint8_t u = 128;
  uint8_t v = 128;
  friend constexpr bool operator==(YuvColor, YuvColor) = default;
};

struct PixelPoint {
  int x = 0;
  int y = 0;
};

// Draws on one canvas of a fixed, even size, which keeps what was drawn on it until something else
// is drawn over it. Calls make a pass: they take effect in order, at the latest in Finish(), and
// until then borrow the pictures and overlays that they were given. Knows nothing of people, names
// or scenes: mcu/video tells it what goes where. Every backend draws the same picture as cpu/.
// All rectangles and points are even and inside the canvas: anything else is a bug of the caller's.
// Steady state allocates nothing. One thread at a time.
class Compositor {
 public:
  virtual ~Compositor() = default;

  virtual void Fill(PixelRect rect, YuvColor color) = 0;
  // Scales the picture into FitRect(picture.size, tile) without changing its shape, and paints the
  // rest of the tile with `bars`. A picture without pixels gives a tile that is all bars.
  virtual void DrawPicture(PixelRect tile, const I420View& picture, YuvColor bars) = 0;
  // Lays the overlay over what is there: result = overlay + canvas * (1 - alpha).
  virtual void Blend(PixelPoint top_left, const Overlay& overlay) = 0;

  // Ends the pass: canvas() then shows all of it. An error says that the device is lost; the canvas
  // is then undefined until everything was drawn anew.
  virtual Status Finish() = 0;
  // In memory that the CPU reads. Valid until the next call that draws.
  virtual const I420View& canvas() const = 0;
};

}  // namespace continuo
