// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory>

#include "base/time.h"
#include "hwaccel/compositor.h"
#include "hwaccel/picture_buffer.h"
#include "media/video_frame.h"

namespace continuo {

// What a camera would send that looks at a coloured wall. `*freed`, if given, grows when the
// picture is given back.
class SolidFrame {
 public:
  static std::unique_ptr<const VideoFrame> Make(PixelSize size, YuvColor color,
                                                Timestamp capture_time = {}, int* freed = nullptr) {
    auto* const storage = new SolidFrame{PictureBuffer(size), freed};
    const MutableI420View& view = storage->buffer.view();
    Paint(view, 0, color.y);
    Paint(view, 1, color.u);
    Paint(view, 2, color.v);
    return std::make_unique<const VideoFrame>(view, 0, capture_time, storage, [](void* p) {
      auto* const mine = static_cast<SolidFrame*>(p);
      if (mine->freed != nullptr) ++*mine->freed;
      delete mine;
    });
  }

  PictureBuffer buffer;
  int* freed;

 private:
  SolidFrame(PictureBuffer b, int* f) : buffer(std::move(b)), freed(f) {}
  static void Paint(const MutableI420View& view, size_t plane, uint8_t value) {
    const int rows = plane == 0 ? view.size.height : (view.size.height + 1) / 2;
    std::memset(view.planes[plane], value, static_cast<size_t>(rows * view.strides[plane]));
  }
};

}  // namespace continuo
