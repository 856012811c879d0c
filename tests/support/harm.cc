// SPDX-License-Identifier: Apache-2.0
#include "tests/support/harm.h"

#include <algorithm>

namespace continuo {

void TurnBits(std::vector<uint8_t>& bytes, Prng& prng) {
  for (uint64_t bits = 1 + prng.Next() % 8; bits > 0; --bits) {
    bytes[prng.Next() % bytes.size()] ^= static_cast<uint8_t>(1U << prng.Next() % 8);
  }
}

void HarmFrame(std::vector<uint8_t>& bytes, Prng& prng) {
  constexpr std::ptrdiff_t kHeaders = 20;
  constexpr std::ptrdiff_t kMoved = 10;
  switch (prng.Next() % 4) {
    case 1:
      return bytes.resize(1 + prng.Next() % bytes.size());
    case 2:
      return TurnBits(bytes, prng);
    case 3:
      if (std::ssize(bytes) <= kHeaders + kMoved) return;
      std::rotate(bytes.begin() + kHeaders, bytes.end() - kMoved, bytes.end());
      return;
    default:
      return;
  }
}

}  // namespace continuo
