// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace continuo {

// Bytes up to the next whole 32-bit word, in which RTP, RTCP and STUN all count.
constexpr size_t RoundUpToWord(size_t bytes) { return (bytes + 3) & ~size_t{3}; }

}  // namespace continuo
