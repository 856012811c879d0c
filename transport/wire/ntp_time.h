// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace continuo {

// A point in time as RTCP writes it: 32 bits of seconds and 32 bits of fraction, RFC 3550 §4. Whose
// clock it is on is the sender's affair; ours are the monotonic clock, so that sender reports of
// one machine agree with each other and tell nobody its wall-clock time.
class NtpTime {
 public:
  constexpr NtpTime() = default;
  explicit constexpr NtpTime(uint64_t value) : value_(value) {}
  static NtpTime FromTimestamp(Timestamp t);

  constexpr uint64_t value() const { return value_; }
  constexpr uint32_t seconds() const { return static_cast<uint32_t>(value_ >> 32); }
  constexpr uint32_t fraction() const { return static_cast<uint32_t>(value_); }
  // The middle 32 bits, as in the LSR field.
  constexpr uint32_t compact() const { return static_cast<uint32_t>(value_ >> 16); }
  // Zero in a sender report means that its sender has no clock.
  constexpr bool valid() const { return value_ != 0; }

  friend constexpr auto operator<=>(NtpTime, NtpTime) = default;
  // Right across the wrap of 2036, as long as the two are within 68 years.
  friend TimeDelta operator-(NtpTime a, NtpTime b);

 private:
  uint64_t value_ = 0;
};

// Spans in units of 1/65536 s, as in the DLSR field. Negative spans become 0 and spans beyond the
// field its largest value.
uint32_t ToCompactNtp(TimeDelta span);
TimeDelta FromCompactNtp(uint32_t span);

// Round-trip time from a report block that arrives `now`, RFC 3550 §6.4.1. Nothing when the peer
// hasn't yet heard a sender report of ours, or when its figures would give a negative time.
std::optional<TimeDelta> RoundTripTime(NtpTime now, uint32_t last_sr, uint32_t delay_since_last_sr);

}  // namespace continuo
