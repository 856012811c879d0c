// SPDX-License-Identifier: Apache-2.0
#include "softva/bits/bit_writer.h"

#include <bit>
#include <utility>

namespace softva {

NalWriter::NalWriter(std::initializer_list<uint8_t> header) : bytes_{0, 0, 0, 1} {
  for (const uint8_t byte : header) bytes_.push_back(byte);
}

void NalWriter::PutByte(uint8_t byte) {
  if (zeros_ >= 2 && byte <= 3) {
    bytes_.push_back(3);  // emulation_prevention_three_byte
    zeros_ = 0;
  }
  bytes_.push_back(byte);
  zeros_ = byte == 0 ? zeros_ + 1 : 0;
}

void NalWriter::U(int bits, uint32_t value) {
  while (bits-- > 0) {
    pending_ = pending_ << 1 | (value >> bits & 1);
    if (++pending_bits_ < 8) continue;
    PutByte(static_cast<uint8_t>(pending_));
    pending_ = 0;
    pending_bits_ = 0;
  }
}

void NalWriter::Ue(uint32_t value) {
  const int length = static_cast<int>(std::bit_width(value + 1));
  U(length - 1, 0);
  U(length, value + 1);
}

void NalWriter::Se(int32_t value) {
  Ue(value > 0 ? 2 * static_cast<uint32_t>(value) - 1 : 2 * static_cast<uint32_t>(-value));
}

std::vector<uint8_t> NalWriter::Finish() {
  U(1, 1);
  while (pending_bits_ != 0) U(1, 0);
  return std::move(bytes_);
}

}  // namespace softva
