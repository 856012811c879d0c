// SPDX-License-Identifier: Apache-2.0
#include "softva/bits/av1_bit_writer.h"

#include <bit>

namespace softva {

void Av1BitWriter::Bits(int width, uint32_t value) {
  for (int bit = width - 1; bit >= 0; --bit) {
    if (free_bits_ == 0) {
      bytes_.push_back(0);
      free_bits_ = 8;
    }
    --free_bits_;
    bytes_.back() |= static_cast<uint8_t>((value >> bit & 1) << free_bits_);
  }
}

void Av1BitWriter::NonSymmetric(uint32_t n, uint32_t value) {
  const int width = std::bit_width(n);
  const uint32_t short_codes = (uint32_t{1} << width) - n;
  if (value < short_codes) {
    Bits(width - 1, value);
  } else {
    Bits(width, value + short_codes);
  }
}

void Av1BitWriter::LittleEndian(int bytes, uint32_t value) {
  for (int i = 0; i < bytes; ++i) Bits(8, value >> (8 * i) & 0xff);
}

void Av1BitWriter::Leb128(size_t value) {
  while (value >= 0x80) {
    Bits(8, static_cast<uint32_t>(value & 0x7f) | 0x80);
    value >>= 7;
  }
  Bits(8, static_cast<uint32_t>(value));
}

void Av1BitWriter::Align() { free_bits_ = 0; }

void Av1BitWriter::TrailingBits() {
  Flag(true);
  Align();
}

void Av1BitWriter::Bytes(std::span<const uint8_t> bytes) {
  Align();
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

}  // namespace softva
