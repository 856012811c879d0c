// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "media/encoded_frame.h"

namespace continuo {

// How much may be sent again: a third of what is sent, after a start that repairs one key frame;
// the last half of the credit is for key frames only, without which nothing is seen at all. On a
// link that is too thin, answering every NACK makes the loss worse until nothing arrives; a peer
// that asks for everything can at most cost this much.
class RetransmissionBudget {
 public:
  static constexpr int64_t kShare = 3;  // one byte for so many of media
  static constexpr int64_t kMaxBytes = 48'000;

  void OnMedia(size_t bytes) {
    credit_ = std::min(kMaxBytes * kShare, credit_ + static_cast<int64_t>(bytes));
  }
  bool Spend(size_t bytes, FrameKind kind) {
    const int64_t reserve = kind == FrameKind::kKey ? 0 : kMaxBytes * kShare / 2;
    const int64_t cost = static_cast<int64_t>(bytes) * kShare;
    if (credit_ - cost < reserve) return false;
    credit_ -= cost;
    return true;
  }

 private:
  int64_t credit_ = kMaxBytes * kShare;  // bytes of media
};

}  // namespace continuo
