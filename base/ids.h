// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace continuo {

// An integer that is a name: no arithmetic, and no mixing of one kind with another.
template <typename Tag, typename Rep>
class StrongId {
 public:
  constexpr StrongId() = default;
  explicit constexpr StrongId(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  Rep value_{};
};

// Names one participant of this server, from join to leave. Never 0, never reused in a process.
using ParticipantId = StrongId<struct ParticipantIdTag, uint32_t>;
// Names one live room inside this process. Operators name rooms by their resource id, a string.
using RoomId = StrongId<struct RoomIdTag, uint32_t>;
// RFC 3550 synchronisation source.
using Ssrc = StrongId<struct SsrcTag, uint32_t>;
// Index of a network shard, 0 to 15.
using ShardIndex = StrongId<struct ShardIndexTag, uint8_t>;

}  // namespace continuo

template <typename Tag, typename Rep>
struct std::hash<continuo::StrongId<Tag, Rep>> {
  size_t operator()(continuo::StrongId<Tag, Rep> id) const { return std::hash<Rep>()(id.value()); }
};
