// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace continuo {

// What transport-wide feedback says of one packet, and so how many bytes of delta follow for it.
enum class PacketStatus : uint8_t { kLost = 0, kSmallDelta = 1, kLargeDelta = 2, kReserved = 3 };

constexpr size_t DeltaSize(PacketStatus status) {
  return status == PacketStatus::kLost ? 0 : status == PacketStatus::kSmallDelta ? 1 : 2;
}

// Sixteen bits that hold the statuses of a run of packets.
// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.3 and §3.1.4:
//
//    0                   1
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |0| S |       run length        |   the status S, so many times
//   |1|0|        14 statuses        |   of one bit: lost, or small delta
//   |1|1|        7 statuses         |   of two bits
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
class FeedbackChunk {
 public:
  static constexpr size_t kMaxRun = 0x1fff;
  static constexpr size_t kOneBitStatuses = 14;
  static constexpr size_t kTwoBitStatuses = 7;

  explicit constexpr FeedbackChunk(uint16_t bits) : bits_(bits) {}
  constexpr uint16_t bits() const { return bits_; }

  constexpr size_t size() const {
    if (!IsVector()) return bits_ & kMaxRun;
    return HasTwoBitStatuses() ? kTwoBitStatuses : kOneBitStatuses;
  }
  constexpr PacketStatus at(size_t i) const {
    if (!IsVector()) return static_cast<PacketStatus>(bits_ >> 13 & 3);
    if (HasTwoBitStatuses()) return static_cast<PacketStatus>(bits_ >> (12 - 2 * i) & 3);
    return static_cast<PacketStatus>(bits_ >> (13 - i) & 1);
  }

  // How many of the first `statuses` one chunk can hold.
  static size_t Fit(std::span<const PacketStatus> statuses);
  // A chunk of all of `statuses`, at most Fit() of them.
  static FeedbackChunk Of(std::span<const PacketStatus> statuses);

 private:
  constexpr bool IsVector() const { return (bits_ & 0x8000) != 0; }
  constexpr bool HasTwoBitStatuses() const { return (bits_ & 0x4000) != 0; }

  uint16_t bits_;
};

}  // namespace continuo
