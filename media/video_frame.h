// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/time.h"
#include "media/pixel_size.h"

namespace continuo {

// One picture in memory: I420, planes Y, U, V. planes[0][height][stride], planes[1] and planes[2]
// [(height + 1) / 2][stride]. BT.709 limited range unless the sender says otherwise.
struct I420View {
  PixelSize size;
  std::array<const uint8_t*, 3> planes{};
  std::array<int, 3> strides{};  // bytes
};

struct MutableI420View {
  PixelSize size;
  std::array<uint8_t*, 3> planes{};
  std::array<int, 3> strides{};  // bytes
  operator I420View() const { return {size, {planes[0], planes[1], planes[2]}, strides}; }
};

// A picture in the memory of an accelerator: hwaccel/surface.h. Whoever does not draw or encode it
// passes it on.
class Surface;

// Where a picture is: in memory that the CPU reads, or on a device. A default one has no pixels.
class PictureView {
 public:
  PictureView() = default;
  PictureView(const I420View& memory) : size_(memory.size), memory_(memory) {}
  PictureView(const MutableI420View& memory) : PictureView(I420View(memory)) {}
  PictureView(PixelSize size, const Surface& surface) : size_(size), surface_(&surface) {}

  PixelSize size() const { return size_; }
  const Surface* surface() const { return surface_; }  // null: in memory
  const I420View& memory() const { return memory_; }   // no planes: on a device

 private:
  PixelSize size_;
  I420View memory_;
  const Surface* surface_ = nullptr;
};

// A decoded picture that nobody writes to any more. Owns whatever keeps its planes alive (a
// decoder's reference, a pool's buffer) and gives it back when destroyed, on any thread.
class VideoFrame {
 public:
  using Release = void (*)(void* storage);

  VideoFrame(const PictureView& view, uint32_t rtp_timestamp, Timestamp capture_time, void* storage,
             Release release)
      : view_(view),
        rtp_timestamp_(rtp_timestamp),
        capture_time_(capture_time),
        storage_(storage, release) {}

  const PictureView& view() const { return view_; }
  const I420View& picture() const { return view_.memory(); }  // of a picture in memory
  PixelSize size() const { return view_.size(); }
  uint32_t rtp_timestamp() const { return rtp_timestamp_; }
  Timestamp capture_time() const { return capture_time_; }

 private:
  PictureView view_;
  uint32_t rtp_timestamp_;
  Timestamp capture_time_;
  std::unique_ptr<void, Release> storage_;
};

}  // namespace continuo
