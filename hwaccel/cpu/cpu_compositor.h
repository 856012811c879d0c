// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "hwaccel/compositor.h"
#include "hwaccel/cpu/memory_canvas.h"
#include "hwaccel/cpu/scaler.h"
#include "hwaccel/picture_buffer.h"

namespace continuo {

// The reference compositor: libyuv on the calling thread. Draws at once, so nothing that it is
// given is borrowed beyond the call. A new canvas is black.
class CpuCompositor final : public Compositor {
 public:
  // kInvalidArgument unless both sides are even and between 2 and 4096.
  static Result<std::unique_ptr<CpuCompositor>> Create(PixelSize canvas);

  PixelSize size() const override { return canvas_view_.size; }
  bool CanDraw(const PictureView& picture) const override { return picture.surface() == nullptr; }
  void Fill(PixelRect rect, YuvColor color) override;
  void DrawPicture(PixelRect tile, const PictureView& picture, YuvColor bars) override;
  void Blend(PixelPoint top_left, const Overlay& overlay) override;
  Status Finish() override { return {}; }
  Result<PictureView> Canvas(PixelSize size) override { return scaled_.Canvas(size); }
  const I420View& canvas() const { return canvas_view_; }

 private:
  explicit CpuCompositor(PixelSize canvas);
  bool Contains(PixelRect rect) const;
  // Where to draw.
  MutableI420View Part(PixelRect rect);

  PictureBuffer canvas_;
  I420View canvas_view_;
  MemoryCanvas scaled_;
  Scaler scaler_;
};

}  // namespace continuo
