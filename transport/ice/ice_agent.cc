// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/ice_agent.h"

#include <cstddef>

#include "crypto/random.h"

namespace continuo {
namespace {

// The first character of a ufrag is one of sixteen that name the shard.
constexpr std::string_view kShardChars = "ABCDEFGHIJKLMNOP";
constexpr size_t kUfragSize = 8;
constexpr size_t kPasswordSize = 24;

}  // namespace

IceCredentials MakeIceCredentials(ShardIndex shard) {
  IceCredentials credentials{RandomAlphanumeric(kUfragSize), RandomAlphanumeric(kPasswordSize)};
  credentials.ufrag[0] = kShardChars[shard.value() % kShardChars.size()];
  return credentials;
}

std::optional<ShardIndex> ShardOfUfrag(std::string_view ufrag) {
  if (ufrag.size() != kUfragSize) return std::nullopt;
  const size_t shard = kShardChars.find(ufrag[0]);
  if (shard == std::string_view::npos) return std::nullopt;
  return ShardIndex(static_cast<uint8_t>(shard));
}

}  // namespace continuo
