// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/ntp_time.h"

#include <algorithm>

namespace continuo {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
// Puts the start of the monotonic clock, which may be the machine's start, well away from 0, which
// would mean "no clock". RFC 3550 §6.4.1 lets a sender choose its origin.
constexpr int64_t kOriginSeconds = 1 << 20;
// A round trip that comes out just below zero is rounding; anything further is a wrong claim.
constexpr int32_t kRoundingSlack = 66;  // 1/65536 s, about a millisecond

}  // namespace

NtpTime NtpTime::FromTimestamp(Timestamp t) {
  const int64_t us = t.us() + kOriginSeconds * kMicrosPerSecond;
  const auto seconds = static_cast<uint64_t>(us / kMicrosPerSecond);
  const auto micros = static_cast<uint64_t>(us % kMicrosPerSecond);
  return NtpTime(seconds << 32 | (micros << 32) / kMicrosPerSecond);
}

TimeDelta operator-(NtpTime a, NtpTime b) {
  const auto difference = static_cast<int64_t>(a.value() - b.value());
  const int64_t seconds = difference >> 32;
  const auto fraction = static_cast<int64_t>(difference & 0xffff'ffff);
  return TimeDelta::Micros(seconds * kMicrosPerSecond + ((fraction * kMicrosPerSecond) >> 32));
}

uint32_t ToCompactNtp(TimeDelta span) {
  constexpr int64_t kMaxMicros = int64_t{UINT32_MAX} * kMicrosPerSecond >> 16;
  const int64_t us = std::clamp<int64_t>(span.us(), 0, kMaxMicros);
  return static_cast<uint32_t>((us << 16) / kMicrosPerSecond);
}

TimeDelta FromCompactNtp(uint32_t span) {
  return TimeDelta::Micros((int64_t{span} * kMicrosPerSecond) >> 16);
}

std::optional<TimeDelta> RoundTripTime(NtpTime now, uint32_t last_sr,
                                       uint32_t delay_since_last_sr) {
  if (last_sr == 0) return std::nullopt;
  const auto elapsed = static_cast<int32_t>(now.compact() - last_sr - delay_since_last_sr);
  if (elapsed < -kRoundingSlack) return std::nullopt;
  return FromCompactNtp(static_cast<uint32_t>(std::max(elapsed, 0)));
}

}  // namespace continuo
