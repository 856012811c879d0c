// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "transport/wire/socket_address.h"

namespace continuo {

// How much STUN an unproved source may have us look at: a token bucket per host (an IPv4 address or
// an IPv6 /64), in a table of fixed size whose hash is keyed, so that strangers neither fill it nor
// aim at somebody's bucket. Generous: a whole hospital may come back from behind one NAT at once.
class StunRateLimit {
 public:
  static constexpr int64_t kPerSecond = 2000;
  static constexpr int64_t kBurst = 4000;

  explicit StunRateLimit(uint64_t key) : key_(key) {}

  bool Admit(const SocketAddress& from, Timestamp now);

 private:
  static constexpr size_t kBuckets = 1024;
  struct Bucket {
    int64_t tokens_us = kBurst * (1'000'000 / kPerSecond);  // in time to earn them
    Timestamp filled;
  };

  uint64_t key_;
  std::array<Bucket, kBuckets> buckets_{};
};

}  // namespace continuo
