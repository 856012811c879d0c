// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"

namespace continuo {

// Decides which packets of one stream to ask for again, and when: a hole first after a little
// patience (packets overtake each other), then at intervals that begin at the round trip and grow,
// until it is filled, too old, or asked for too often. Sends nothing itself and knows nothing of
// frames. Sequence numbers are unwrapped. Fixed storage; RFC 4585 §6.2.1.
class NackGenerator {
 public:
  static constexpr size_t kMaxMissing = 256;
  static constexpr size_t kMaxBatch = 64;

  // `first` is the first packet of the stream that arrived; nothing below it is missed.
  void Start(int64_t first);
  // A packet that is of use arrived, by whichever way. One below the first shows that the stream
  // began earlier. Never call it before Start.
  void OnPacket(int64_t sequence, Timestamp now);

  struct Due {
    std::span<const int64_t> ask;     // valid until the next call
    std::optional<int64_t> given_up;  // the highest sequence number no longer waited for
  };
  // Call when NextDeadline() is reached, and after OnPacket.
  Due TakeDue(Timestamp now, TimeDelta rtt);
  Timestamp NextDeadline() const;

  // Nothing below `sequence` matters any more.
  void ForgetBelow(int64_t sequence);
  bool IsMissing(int64_t sequence) const;
  size_t missing() const { return size_; }

 private:
  struct Hole {
    int64_t sequence = 0;
    Timestamp noticed;
    Timestamp next_ask;
    int asked = 0;
  };
  void AddHoles(int64_t begin, int64_t end, Timestamp now);
  void BeginEarlier(int64_t first, Timestamp now);
  void Erase(size_t index);

  std::array<Hole, kMaxMissing> holes_;  // [0, size_), by rising sequence
  size_t size_ = 0;
  int64_t first_ = 0;
  int64_t highest_ = 0;
  std::optional<int64_t> overrun_;  // given up because the list is full
  std::array<int64_t, kMaxBatch> batch_{};
};

}  // namespace continuo
