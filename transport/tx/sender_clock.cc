// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/sender_clock.h"

namespace continuo {

std::optional<SenderInfo> SenderClock::Report(const RtpWriter& stream, Timestamp now) const {
  if (!last_) return std::nullopt;
  const int64_t elapsed = (now - last_->time).us() * clock_rate_ / 1'000'000;
  return SenderInfo{
      .ssrc = stream.ssrc(),
      .ntp = NtpTime::FromTimestamp(now),
      .rtp_timestamp = stream.OnWire(last_->rtp_timestamp + static_cast<uint32_t>(elapsed)),
      .packet_count = stream.packet_count(),
      .octet_count = stream.octet_count()};
}

}  // namespace continuo
