// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace continuo {

// Remembers which of the last 1024 packet indexes of one stream were used. RFC 3711 §3.3.2.
// Asking changes nothing: the caller marks an index as used once the packet has proved authentic.
class ReplayWindow {
 public:
  static constexpr uint64_t kSize = 1024;

  bool empty() const { return !highest_; }
  uint64_t highest() const { return *highest_; }
  bool IsFresh(uint64_t index) const;
  void MarkUsed(uint64_t index);

 private:
  bool Bit(uint64_t index) const { return bits_[index % kSize / 64] >> (index % 64) & 1; }

  std::optional<uint64_t> highest_;
  std::array<uint64_t, kSize / 64> bits_{};
};

// The 48-bit index of an RTP packet (2^16 * ROC + SEQ): the one nearest to the highest so far, or
// with ROC 0 when there is none. Nothing when that would be before the stream began or after 2^48.
// RFC 3711 §3.3.1 and appendix A.
std::optional<uint64_t> GuessRtpIndex(const ReplayWindow& seen, uint16_t sequence);

}  // namespace continuo
