// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace softva {

// Reads the bits of a NAL unit, without its emulation prevention bytes. Past the end all bits are
// zero: what is read there is the caller's to doubt (exhausted()).
class NalReader {
 public:
  explicit NalReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  uint32_t U(int bits);
  bool Flag() { return U(1) != 0; }
  uint32_t Ue();
  int32_t Se();

  bool exhausted() const { return exhausted_; }

 private:
  bool NextByte();

  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  int zeros_ = 0;
  uint8_t byte_ = 0;
  int bits_left_ = 0;
  bool exhausted_ = false;
};

}  // namespace softva
