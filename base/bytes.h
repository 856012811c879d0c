// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace continuo {

using ByteView = std::span<const uint8_t>;
using MutableBytes = std::span<uint8_t>;

// Reads big-endian fields off bytes that a peer sent. Running past the end is not an error of
// each read but a state: reads return 0 from then on, and the parser asks ok() once.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t remaining() const { return bytes_.size() - position_; }
  size_t position() const { return position_; }

  uint8_t U8() { return static_cast<uint8_t>(Integer(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Integer(2)); }
  uint32_t U24() { return static_cast<uint32_t>(Integer(3)); }
  uint32_t U32() { return static_cast<uint32_t>(Integer(4)); }
  uint64_t U48() { return Integer(6); }
  uint64_t U64() { return Integer(8); }
  ByteView Bytes(size_t n) {
    if (!Take(n)) return {};
    return bytes_.subspan(position_ - n, n);
  }
  ByteView Rest() { return Bytes(remaining()); }
  void Skip(size_t n) { Take(n); }

 private:
  bool Take(size_t n) {
    if (!ok_ || n > remaining()) return ok_ = false;
    position_ += n;
    return true;
  }
  uint64_t Integer(size_t n) {
    if (!Take(n)) return 0;
    uint64_t value = 0;
    for (size_t i = position_ - n; i < position_; ++i) value = value << 8 | bytes_[i];
    return value;
  }

  ByteView bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

// Writes big-endian fields into a buffer of the caller's. Overflow sticks, as in ByteReader.
class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes buffer) : buffer_(buffer) {}

  bool ok() const { return ok_; }
  size_t size() const { return size_; }
  size_t remaining() const { return buffer_.size() - size_; }
  ByteView written() const { return buffer_.first(size_); }

  void U8(uint8_t v) { Integer(v, 1); }
  void U16(uint16_t v) { Integer(v, 2); }
  void U24(uint32_t v) { Integer(v, 3); }
  void U32(uint32_t v) { Integer(v, 4); }
  void U48(uint64_t v) { Integer(v, 6); }
  void U64(uint64_t v) { Integer(v, 8); }
  void Bytes(ByteView bytes) {
    if (!Take(bytes.size()) || bytes.empty()) return;
    std::memcpy(buffer_.data() + size_ - bytes.size(), bytes.data(), bytes.size());
  }
  void Zeros(size_t n) {
    if (Take(n) && n > 0) std::memset(buffer_.data() + size_ - n, 0, n);
  }

 private:
  bool Take(size_t n) {
    if (!ok_ || n > remaining()) return ok_ = false;
    size_ += n;
    return true;
  }
  void Integer(uint64_t v, size_t n) {
    if (!Take(n)) return;
    for (size_t i = 0; i < n; ++i) buffer_[size_ - 1 - i] = static_cast<uint8_t>(v >> (8 * i));
  }

  MutableBytes buffer_;
  size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace continuo
