// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace softva {

constexpr int kMaxPictureSide = 4096;

// The work (WorkQueue) that uses a surface, by ticket.
struct SurfaceUse {
  std::atomic<uint64_t> written = 0;
  std::atomic<uint64_t> read = 0;
  std::atomic<uint64_t> waited_for = 0;              // up to here the program has waited for it
  std::atomic<VAStatus> status = VA_STATUS_SUCCESS;  // of the last that wrote it
};

// The picture order counts of a picture's two fields, as far as it has them.
struct FieldOrder {
  std::optional<int32_t> top, bottom;
};

// Which picture of whom a surface holds. Set when the work is handed over, not when it is done.
struct Content {
  std::shared_ptr<void> author;    // null: the program itself, or nobody
  std::optional<VAProfile> codec;  // of an author who decodes
  FieldOrder order;
};

// A picture in the driver's memory: NV12 (luma[height][pitch], chroma[height / 2][pitch]) or BGRA
// (pixels[height][pitch]). Its memory is a memfd, so that it can be exported. Rows and planes are
// padded on purpose, more than the size asks for: a program that takes the width for the pitch is
// found out. Pixels are for whoever the program's own synchronisation lets at them.
class Surface {
 public:
  // Null where the system has no memory.
  static std::shared_ptr<Surface> Create(uint32_t fourcc, int width, int height);
  ~Surface();
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;

  uint32_t fourcc() const { return fourcc_; }
  int width() const { return width_; }
  int height() const { return height_; }
  int pitch() const { return pitch_; }
  int padded_height() const { return padded_height_; }

  uint8_t* memory() { return memory_; }
  size_t size() const { return size_; }
  int fd() const { return fd_; }

  uint8_t* luma() { return memory_; }
  size_t chroma_offset() const { return static_cast<size_t>(pitch_) * padded_height_; }
  uint8_t* chroma() { return memory_ + chroma_offset(); }

  SurfaceUse& use() { return use_; }

  // From vaBeginPicture to vaEndPicture a surface is being prepared. Whoever waits for it from
  // another thread meanwhile waits for the end first, as iHD's semaphore makes him: Intel's oneVPL
  // runtime relies on it. At most a second.
  void BeginPreparing();
  void EndPreparing();
  void WaitPrepared();

  Content content() const;
  void SetContent(Content content);

 private:
  Surface() = default;
  void Blacken();

  uint32_t fourcc_ = 0;
  int width_ = 0, height_ = 0, pitch_ = 0, padded_height_ = 0;
  int fd_ = -1;
  size_t size_ = 0;
  uint8_t* memory_ = nullptr;
  SurfaceUse use_;
  mutable std::mutex mutex_;  // over all below
  std::condition_variable prepared_;
  std::thread::id preparing_;
  Content content_;
};

}  // namespace softva
