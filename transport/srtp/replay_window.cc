// SPDX-License-Identifier: Apache-2.0
#include "transport/srtp/replay_window.h"

namespace continuo {

bool ReplayWindow::IsFresh(uint64_t index) const {
  if (!highest_ || index > *highest_) return true;
  return *highest_ - index < kSize && !Bit(index);
}

void ReplayWindow::MarkUsed(uint64_t index) {
  if (!highest_ || index > *highest_) {
    // Slots that indexes between the old and the new highest fall into still tell of older ones.
    if (!highest_ || index - *highest_ >= kSize) {
      bits_.fill(0);
    } else {
      for (uint64_t i = *highest_ + 1; i < index; ++i) {
        bits_[i % kSize / 64] &= ~(uint64_t{1} << (i % 64));
      }
    }
    highest_ = index;
  }
  bits_[index % kSize / 64] |= uint64_t{1} << (index % 64);
}

std::optional<uint64_t> GuessRtpIndex(const ReplayWindow& seen, uint16_t sequence) {
  if (seen.empty()) return sequence;
  constexpr uint64_t kHalf = 1 << 15;
  constexpr uint64_t kMaxRollovers = 0xffffffff;
  const uint64_t last = seen.highest() & 0xffff;
  uint64_t rollovers = seen.highest() >> 16;
  if (last < kHalf && sequence > last + kHalf) {
    if (rollovers == 0) return std::nullopt;
    --rollovers;
  } else if (last >= kHalf && last - kHalf > sequence) {
    if (rollovers == kMaxRollovers) return std::nullopt;
    ++rollovers;
  }
  return rollovers << 16 | sequence;
}

}  // namespace continuo
