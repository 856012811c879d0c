// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace continuo {

// How much may be sent again: a quarter of what is sent, after a start that repairs one key frame.
// On a link that is too thin, answering every NACK makes the loss worse until nothing arrives at
// all; a peer that asks for everything can at most cost this much.
class RetransmissionBudget {
 public:
  static constexpr int64_t kShare = 4;  // one byte for so many of media
  static constexpr int64_t kMaxBytes = 32'000;

  void OnMedia(size_t bytes) {
    credit_ = std::min(kMaxBytes * kShare, credit_ + static_cast<int64_t>(bytes));
  }
  bool Spend(size_t bytes) {
    const int64_t cost = static_cast<int64_t>(bytes) * kShare;
    if (cost > credit_) return false;
    credit_ -= cost;
    return true;
  }

 private:
  int64_t credit_ = kMaxBytes * kShare;  // bytes of media
};

}  // namespace continuo
