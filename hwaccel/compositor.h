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

// A drawn picture at the sizes that encoders want it in.
class CanvasSource {
 public:
  virtual ~CanvasSource() = default;

  // The canvas scaled to `size` (even sides, no larger than the canvas), where the canvas is: in
  // memory or on its device. Scaled once per size however often it is asked for. Valid until the
  // next call that draws.
  virtual Result<PictureView> Canvas(PixelSize size) = 0;
};

// Draws on one canvas of a fixed, even size, which keeps what was drawn on it until something else
// is drawn over it. Calls make a pass: they take effect in order, at the latest in Finish(), and
// until then borrow the pictures and overlays that they were given. Knows nothing of people, names
// or scenes: mcu/video tells it what goes where. Every backend draws the same picture as cpu/.
// All rectangles and points are even and inside the canvas: anything else is a bug of the caller's.
// Steady state allocates nothing. One thread at a time.
class Compositor : public CanvasSource {
 public:
  virtual PixelSize size() const = 0;
  // Whether it can read this picture where it is: any in memory, and those of its own device.
  virtual bool CanDraw(const PictureView& picture) const = 0;

  virtual void Fill(PixelRect rect, YuvColor color) = 0;
  // Scales the picture into FitRect(picture.size(), tile) without changing its shape, and paints
  // the rest of the tile with `bars`. A picture without pixels gives a tile that is all bars. Of an
  // odd side the last column or row is left out: a device draws pairs of pixels, which share their
  // colour.
  virtual void DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) = 0;
  // Lays the overlay over what is there: result = overlay + canvas * (1 - alpha).
  virtual void Blend(PixelPoint top_left, const Overlay& overlay) = 0;

  // Ends the pass: Canvas() then shows all of it. After an error the canvas is undefined, and a
  // compositor made anew takes over.
  virtual Status Finish() = 0;
  // Whether what it draws is seen no more, because its device failed, noticed here or elsewhere.
  virtual bool lost() const { return false; }
};

}  // namespace continuo
