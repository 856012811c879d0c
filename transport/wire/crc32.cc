// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/crc32.h"

#include <array>

namespace continuo {
namespace {

// What each value of a byte does to the register, bits reflected: least significant first.
constexpr std::array<uint32_t, 256> MakeTable() {
  constexpr uint32_t kReflectedPolynomial = 0xedb88320;
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t r = byte;
    for (int bit = 0; bit < 8; ++bit) r = (r >> 1) ^ ((r & 1) != 0 ? kReflectedPolynomial : 0);
    table[byte] = r;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = MakeTable();

}  // namespace

uint32_t Crc32(ByteView bytes) {
  uint32_t r = ~uint32_t{0};
  for (const uint8_t byte : bytes) r = (r >> 8) ^ kTable[(r ^ byte) & 0xff];
  return ~r;
}

}  // namespace continuo
