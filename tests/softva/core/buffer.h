// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "softva/core/surface.h"

namespace softva {

// What a program hands over in a VABuffer, as it was at vaRenderPicture: it may overwrite or
// destroy its buffer before vaEndPicture.
struct Parameters {
  VABufferType type = VABufferTypeMax;
  uint32_t element_size = 0;
  uint32_t count = 0;
  std::vector<uint8_t> bytes;

  // The i-th element as a T; null where the buffer is too small for that.
  template <class T>
  const T* As(uint32_t i = 0) const {
    const size_t at = static_cast<size_t>(i) * element_size;
    if (i >= count || at + sizeof(T) > bytes.size()) return nullptr;
    return reinterpret_cast<const T*>(bytes.data() + at);
  }
};

// A VABuffer: parameters, a bitstream to decode, the pixels of an image, or what the encoder wrote.
// The program's own memory is for one thread at a time; the coded bytes may come from another.
class Buffer {
 public:
  Buffer(VABufferType type, uint32_t element_size, uint32_t count, const void* bytes);
  // The pixels of a surface, in place.
  explicit Buffer(std::shared_ptr<Surface> surface);

  VABufferType type() const { return parameters_.type; }
  uint32_t element_size() const { return parameters_.element_size; }
  uint32_t count() const { return parameters_.count; }
  // False where the memory is too small for that many.
  bool SetCount(uint32_t count);

  const Parameters& parameters() const { return parameters_; }
  const std::shared_ptr<Surface>& surface() const { return surface_; }

  // What vaMapBuffer gives: the memory, or for a coded buffer its VACodedBufferSegment.
  void* Map();
  bool Unmap();
  uint8_t* memory();

  // Stores a coded picture; false where it doesn't fit, and then the segment says so.
  bool SetCoded(const uint8_t* bytes, size_t size, int average_qp);
  // Nothing came of the picture.
  void SetBroken();

  // The work (WorkQueue) that writes the coded bytes.
  uint64_t ticket() const;
  void SetTicket(uint64_t ticket);

 private:
  Parameters parameters_;
  std::shared_ptr<Surface> surface_;
  mutable std::mutex mutex_;  // over all below
  int maps_ = 0;
  uint64_t ticket_ = 0;
  std::vector<uint8_t> coded_;
  VACodedBufferSegment segment_{};
};

}  // namespace softva
