// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace continuo {

// Bytes from hexadecimal digits; everything else is for the reader: Hex("80 60 | 00 01").
inline std::vector<uint8_t> Hex(std::string_view text) {
  std::vector<uint8_t> bytes;
  bool half = false;
  for (const char c : text) {
    const size_t digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) continue;
    if (half) {
      bytes.back() = static_cast<uint8_t>(bytes.back() << 4 | digit);
    } else {
      bytes.push_back(static_cast<uint8_t>(digit));
    }
    half = !half;
  }
  return bytes;
}

}  // namespace continuo
