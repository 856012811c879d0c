// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// Owns the memory of one I420 picture that somebody writes to again and again: a canvas, a scaled
// copy. Rows begin at multiples of 64 bytes. Allocates when made and when it grows, never else.
class PictureBuffer {
 public:
  PictureBuffer() = default;
  explicit PictureBuffer(PixelSize size) { Resize(size); }

  // Keeps the memory when it is large enough. What the picture showed is lost.
  void Resize(PixelSize size);
  const MutableI420View& view() const { return view_; }

 private:
  struct Free {
    void operator()(uint8_t* bytes) const;
  };
  std::unique_ptr<uint8_t, Free> bytes_;
  size_t capacity_ = 0;
  MutableI420View view_;
};

}  // namespace continuo
