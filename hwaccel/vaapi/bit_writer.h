// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"

namespace continuo {

// Writes one short NAL unit in Annex B: start code, header byte, then the bits of its syntax
// elements, with emulation prevention. H.264 §7.2, §7.3.1, §9.1. In memory of its own: parameter
// sets and slice headers are a few dozen bytes.
class BitWriter {
 public:
  explicit BitWriter(uint8_t nal_header) {
    for (const uint8_t byte : {0, 0, 0, 1}) Put(byte);
    Put(nal_header);
  }

  void U(int bits, uint32_t value) {
    for (int i = bits - 1; i >= 0; --i) Bit(value >> i & 1);
  }
  void Ue(uint32_t value) {
    int length = 0;
    while ((value + 1) >> (length + 1) != 0) ++length;
    U(length, 0);
    U(length + 1, value + 1);
  }
  void Se(int value) {
    Ue(value > 0 ? 2 * static_cast<uint32_t>(value) - 1 : 2 * static_cast<uint32_t>(-value));
  }
  // rbsp_trailing_bits()
  void Finish() {
    Bit(1);
    while (pending_ != 0) Bit(0);
  }

  // Whole bytes, the last one padded with zeros; and how many bits of them count.
  ByteView bytes() {
    if (pending_ != 0) bytes_[size_] = static_cast<uint8_t>(current_ << (8 - pending_));
    return {bytes_.data(), size_ + (pending_ != 0 ? 1 : 0)};
  }
  size_t bit_count() const { return 8 * size_ + static_cast<size_t>(pending_); }

 private:
  void Bit(uint32_t bit) {
    current_ = static_cast<uint8_t>(current_ << 1 | bit);
    if (++pending_ < 8) return;
    pending_ = 0;
    // Three bytes that would look like a start code: 0x000003 is put in.
    if (zeros_ >= 2 && current_ <= 3) Put(3);
    Put(current_);
    zeros_ = current_ == 0 ? zeros_ + 1 : 0;
    current_ = 0;
  }
  void Put(uint8_t byte) {
    CONTINUO_CHECK(size_ + 1 < bytes_.size());
    if (byte == 3) zeros_ = 0;
    bytes_[size_++] = byte;
  }

  std::array<uint8_t, 128> bytes_{};
  size_t size_ = 0;
  uint8_t current_ = 0;
  int pending_ = 0;  // bits in current_
  int zeros_ = 0;    // that end the payload so far
};

}  // namespace continuo
