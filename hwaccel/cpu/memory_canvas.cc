// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/cpu/memory_canvas.h"

#include <algorithm>

namespace continuo {

Result<PictureView> MemoryCanvas::Canvas(PixelSize size) {
  if (size == canvas_.size) return PictureView(canvas_);
  const auto fits = [](int side, int limit) { return side > 0 && side <= limit && side % 2 == 0; };
  if (!fits(size.width, canvas_.size.width) || !fits(size.height, canvas_.size.height)) {
    return Fail(ErrorCode::kInvalidArgument, "no such size of the canvas");
  }
  auto scaled = std::find_if(scaled_.begin(), scaled_.end(),
                             [size](const Scaled& s) { return s.buffer.view().size == size; });
  if (scaled == scaled_.end()) {
    scaled = scaled_.emplace(scaled_.end());
    scaled->buffer.Resize(size);
  }
  if (scaled->version != version_) {
    scaler_.Scale(canvas_, scaled->buffer.view());
    scaled->version = version_;
  }
  return PictureView(scaled->buffer.view());
}

}  // namespace continuo
