// SPDX-License-Identifier: Apache-2.0
#include "softva/core/buffer.h"

#include <cstring>
#include <utility>

namespace softva {

Buffer::Buffer(VABufferType type, uint32_t element_size, uint32_t count, const void* bytes)
    : parameters_{type, element_size, count, {}} {
  parameters_.bytes.resize(static_cast<size_t>(element_size) * count);
  if (bytes != nullptr && !parameters_.bytes.empty()) {
    std::memcpy(parameters_.bytes.data(), bytes, parameters_.bytes.size());
  }
}

Buffer::Buffer(std::shared_ptr<Surface> surface)
    : parameters_{VAImageBufferType, static_cast<uint32_t>(surface->size()), 1, {}},
      surface_(std::move(surface)) {}

// iHD takes a count of 0, too, and leaves the buffer as it is: Intel's runtime says 0 of VP8 and
// HEVC slices and of AV1 tiles, whatever their number.
bool Buffer::SetCount(uint32_t count) {
  if (count == 0) return true;
  const size_t size = static_cast<size_t>(parameters_.element_size) * count;
  if (size > parameters_.bytes.size()) return false;
  parameters_.count = count;
  return true;
}

uint8_t* Buffer::memory() {
  return surface_ != nullptr ? surface_->memory() : parameters_.bytes.data();
}

void* Buffer::Map() {
  const std::lock_guard lock(mutex_);
  ++maps_;
  if (parameters_.type != VAEncCodedBufferType) return memory();
  segment_.buf = coded_.data();
  segment_.size = static_cast<uint32_t>(coded_.size());
  return &segment_;
}

bool Buffer::Unmap() {
  const std::lock_guard lock(mutex_);
  if (maps_ == 0) return false;
  --maps_;
  return true;
}

void Buffer::SetBroken() {
  const std::lock_guard lock(mutex_);
  coded_.clear();
  segment_.status |= VA_CODED_BUF_STATUS_BAD_BITSTREAM;
}

uint64_t Buffer::ticket() const {
  const std::lock_guard lock(mutex_);
  return ticket_;
}

void Buffer::SetTicket(uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  ticket_ = ticket;
}

bool Buffer::SetCoded(const uint8_t* bytes, size_t size, int average_qp) {
  const std::lock_guard lock(mutex_);
  const bool fits = size <= parameters_.bytes.size();
  coded_.assign(bytes, bytes + (fits ? size : 0));
  segment_ = {};
  segment_.status = static_cast<uint32_t>(average_qp) & VA_CODED_BUF_STATUS_PICTURE_AVE_QP_MASK;
  if (!fits) segment_.status |= VA_CODED_BUF_STATUS_SLICE_OVERFLOW_MASK;
  return fits;
}

}  // namespace softva
