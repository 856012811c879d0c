// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/feedback_chunk.h"

#include <algorithm>

#include "base/check.h"

namespace continuo {
namespace {

size_t RunLength(std::span<const PacketStatus> statuses) {
  const auto end = std::ranges::find_if(
      statuses, [&](PacketStatus status) { return status != statuses.front(); });
  return static_cast<size_t>(end - statuses.begin());
}

size_t OneBitLength(std::span<const PacketStatus> statuses) {
  const auto large = std::ranges::find(statuses, PacketStatus::kLargeDelta);
  return static_cast<size_t>(large - statuses.begin());
}

}  // namespace

size_t FeedbackChunk::Fit(std::span<const PacketStatus> statuses) {
  statuses = statuses.first(std::min(statuses.size(), kMaxRun));
  if (statuses.empty()) return 0;
  const size_t run = RunLength(statuses);
  // A vector always speaks of all its packets, so a short one is good only at the very end.
  const auto vector = statuses.first(std::min(statuses.size(), kOneBitStatuses));
  const size_t one_bit = OneBitLength(vector) == vector.size() ? vector.size() : 0;
  const size_t two_bit = std::min(statuses.size(), kTwoBitStatuses);
  return std::max({run, one_bit, two_bit});
}

FeedbackChunk FeedbackChunk::Of(std::span<const PacketStatus> statuses) {
  CONTINUO_CHECK(!statuses.empty() && statuses.size() <= kMaxRun);
  if (RunLength(statuses) == statuses.size()) {
    return FeedbackChunk(
        static_cast<uint16_t>(static_cast<size_t>(statuses.front()) << 13 | statuses.size()));
  }
  // Few statuses go two bits each even if one would do: a one-bit vector always speaks of fourteen
  // packets, and others may follow.
  const bool one_bit = statuses.size() > kTwoBitStatuses;
  CONTINUO_CHECK(statuses.size() <= (one_bit ? kOneBitStatuses : kTwoBitStatuses));
  unsigned bits = one_bit ? 0x8000 : 0xc000;
  for (size_t i = 0; i < statuses.size(); ++i) {
    bits |= static_cast<unsigned>(statuses[i]) << (one_bit ? 13 - i : 12 - 2 * i);
  }
  return FeedbackChunk(static_cast<uint16_t>(bits));
}

}  // namespace continuo
