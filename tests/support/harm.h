// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"

namespace continuo {

// What lines and hostile peers make of bytes, the same for the same seed. `bytes` is not empty.

// Turns one to eight bits.
void TurnBits(std::vector<uint8_t>& bytes, Prng& prng);
// Cuts them short, turns bits, moves them about behind the headers, or leaves them as they are,
// each one time in four.
void HarmFrame(std::vector<uint8_t>& bytes, Prng& prng);

}  // namespace continuo
