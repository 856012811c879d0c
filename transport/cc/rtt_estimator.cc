// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/rtt_estimator.h"

namespace continuo {

void RttEstimator::OnReportBlock(const ReportBlock& block, Timestamp now) {
  const auto sample =
      RoundTripTime(NtpTime::FromTimestamp(now), block.last_sr, block.delay_since_last_sr);
  if (!sample || *sample > kMax) return;
  smoothed_ = smoothed_ ? (*smoothed_ * 7 + *sample) / 8 : *sample;
}

}  // namespace continuo
