// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo {

// A small seeded generator (SplitMix64) for what needs to differ, not to be secret: simulated loss,
// first sequence numbers in tests. Anything that an attacker must not guess comes from crypto/.
class Prng {
 public:
  explicit Prng(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // Uniform in [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

 private:
  uint64_t state_;
};

}  // namespace continuo
