// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "transport/wire/rtcp.h"

namespace continuo {

// What instant of its sender's clock a stream's RTP timestamp stands for, by the last sender
// report. Two streams of one sender that mean the same instant belong together: lip sync.
// RFC 3550 §6.4.1.
class SenderReportClock {
 public:
  explicit SenderReportClock(int clock_rate) : clock_rate_(clock_rate) {}

  void OnSenderReport(const SenderInfo& report) {
    if (report.ntp.valid()) last_ = report;
  }
  bool known() const { return last_.has_value(); }

  // Microseconds since 1900 on the sender's clock. Nothing before the first report. The timestamp
  // is taken to be the one nearest to the report's.
  std::optional<int64_t> SenderTimeUs(uint32_t rtp_timestamp) const {
    if (!last_) return std::nullopt;
    const auto ticks = static_cast<int32_t>(rtp_timestamp - last_->rtp_timestamp);
    const int64_t fraction_us = (int64_t{last_->ntp.fraction()} * 1'000'000) >> 32;
    return int64_t{last_->ntp.seconds()} * 1'000'000 + fraction_us +
           int64_t{ticks} * 1'000'000 / clock_rate_;
  }

 private:
  int clock_rate_;
  std::optional<SenderInfo> last_;
};

}  // namespace continuo
