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

// A decoded picture that nobody writes to any more. Owns whatever keeps its planes alive (a
// decoder's reference, a pool's buffer) and gives it back when destroyed, on any thread.
class VideoFrame {
 public:
  using Release = void (*)(void* storage);

  VideoFrame(I420View picture, uint32_t rtp_timestamp, Timestamp capture_time, void* storage,
             Release release)
      : picture_(picture),
        rtp_timestamp_(rtp_timestamp),
        capture_time_(capture_time),
        storage_(storage, release) {}

  const I420View& picture() const { return picture_; }
  PixelSize size() const { return picture_.size; }
  uint32_t rtp_timestamp() const { return rtp_timestamp_; }
  Timestamp capture_time() const { return capture_time_; }

 private:
  I420View picture_;
  uint32_t rtp_timestamp_;
  Timestamp capture_time_;
  std::unique_ptr<void, Release> storage_;
};

}  // namespace continuo
