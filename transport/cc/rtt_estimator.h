// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/time.h"
#include "transport/wire/rtcp.h"

namespace continuo {

// The round trip to one peer, from the report blocks that it sends about our streams; smoothed as
// TCP does (RFC 6298 §2). Nothing until the first usable block; claims beyond kMax are not
// believed.
class RttEstimator {
 public:
  static constexpr TimeDelta kMax = TimeDelta::Seconds(5);

  void OnReportBlock(const ReportBlock& block, Timestamp now);
  std::optional<TimeDelta> rtt() const { return smoothed_; }

 private:
  std::optional<TimeDelta> smoothed_;
};

}  // namespace continuo
