// SPDX-License-Identifier: Apache-2.0
#include "softva/bits/bit_reader.h"

namespace softva {

bool NalReader::NextByte() {
  if (zeros_ >= 2 && at_ < bytes_.size() && bytes_[at_] == 3) {
    ++at_;  // emulation_prevention_three_byte
    zeros_ = 0;
  }
  if (at_ >= bytes_.size()) {
    exhausted_ = true;
    return false;
  }
  byte_ = bytes_[at_++];
  zeros_ = byte_ == 0 ? zeros_ + 1 : 0;
  bits_left_ = 8;
  return true;
}

uint32_t NalReader::U(int bits) {
  uint32_t value = 0;
  while (bits-- > 0) {
    value <<= 1;
    if (bits_left_ == 0 && !NextByte()) continue;
    value |= byte_ >> --bits_left_ & 1U;
  }
  return value;
}

uint32_t NalReader::Ue() {
  int zeros = 0;
  while (!exhausted_ && zeros < 32 && !Flag()) ++zeros;
  if (exhausted_ || zeros >= 32) return 0;
  return (uint32_t{1} << zeros) - 1 + U(zeros);
}

int32_t NalReader::Se() {
  const uint32_t code = Ue();
  const auto half = static_cast<int32_t>(code / 2);
  return (code & 1) != 0 ? half + 1 : -half;
}

}  // namespace softva
