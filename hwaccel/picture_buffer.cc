// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/picture_buffer.h"

#include <new>

namespace continuo {
namespace {

// A cache line, and the widest vector that libyuv and the encoders load.
constexpr size_t kAlignment = 64;

size_t AlignUp(size_t n) { return (n + kAlignment - 1) / kAlignment * kAlignment; }

}  // namespace

void PictureBuffer::Free::operator()(uint8_t* bytes) const {
  ::operator delete(bytes, std::align_val_t{kAlignment});
}

void PictureBuffer::Resize(PixelSize size) {
  if (view_.size == size) return;
  const size_t stride = AlignUp(static_cast<size_t>(size.width));
  const size_t chroma_stride = AlignUp(static_cast<size_t>(size.width + 1) / 2);
  const size_t luma = stride * static_cast<size_t>(size.height);
  const size_t chroma = chroma_stride * (static_cast<size_t>(size.height + 1) / 2);
  const size_t total = luma + 2 * chroma;
  if (total > capacity_) {
    bytes_.reset(static_cast<uint8_t*>(::operator new(total, std::align_val_t{kAlignment})));
    capacity_ = total;
  }
  uint8_t* const y = bytes_.get();
  view_ = {
      size,
      {y, y + luma, y + luma + chroma},
      {static_cast<int>(stride), static_cast<int>(chroma_stride), static_cast<int>(chroma_stride)}};
}

}  // namespace continuo
