// SPDX-License-Identifier: Apache-2.0
#include "transport/session/stun_rate_limit.h"

#include <algorithm>

#include "base/random.h"

namespace continuo {
namespace {

constexpr int64_t kTokenUs = 1'000'000 / StunRateLimit::kPerSecond;

}  // namespace

bool StunRateLimit::Admit(const SocketAddress& from, Timestamp now) {
  const ByteView ip = from.ip();
  uint64_t host = key_;
  for (const uint8_t byte : ip.first(std::min<size_t>(ip.size(), 8))) {
    host = Prng(host ^ byte).Next();
  }
  Bucket& bucket = buckets_[host % kBuckets];
  bucket.tokens_us = std::min(kBurst * kTokenUs, bucket.tokens_us + (now - bucket.filled).us());
  bucket.filled = now;
  if (bucket.tokens_us < kTokenUs) return false;
  bucket.tokens_us -= kTokenUs;
  return true;
}

}  // namespace continuo
