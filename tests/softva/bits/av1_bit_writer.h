// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace softva {

// Writes the descriptors of AV1 §4.10, most significant bit first. A value that does not fit its
// width loses its upper bits: whoever calls has checked what came from an application.
class Av1BitWriter {
 public:
  // f(width), up to 32 bits.
  void Bits(int width, uint32_t value);
  void Flag(bool value) { Bits(1, value ? 1 : 0); }
  // su(width): two's complement.
  void Signed(int width, int value) { Bits(width, static_cast<uint32_t>(value)); }
  // ns(n): a value below n, in as few bits as that needs.
  void NonSymmetric(uint32_t n, uint32_t value);
  // le(bytes) and leb128(), at a byte boundary.
  void LittleEndian(int bytes, uint32_t value);
  void Leb128(size_t value);

  // byte_alignment(): zero bits up to the next byte.
  void Align();
  // trailing_bits(): a one, then zeros up to the next byte.
  void TrailingBits();
  void Bytes(std::span<const uint8_t> bytes);

  // What was written, whole bytes: after Align() or TrailingBits().
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
  int free_bits_ = 0;  // of the last byte
};

}  // namespace softva
