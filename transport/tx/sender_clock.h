// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "transport/tx/rtp_writer.h"
#include "transport/wire/rtcp.h"

namespace continuo {

// Which instant of our clock a stream's RTP timestamps stand for: by the last frame sent. Makes the
// sender info of its reports, by which the peer plays our sound and picture together.
class SenderClock {
 public:
  explicit SenderClock(int clock_rate) : clock_rate_(clock_rate) {}

  void OnMedia(uint32_t rtp_timestamp, Timestamp captured) {
    last_ = Instant{rtp_timestamp, captured};
  }
  // Nothing before the first media.
  std::optional<SenderInfo> Report(const RtpWriter& stream, Timestamp now) const;

 private:
  struct Instant {
    uint32_t rtp_timestamp = 0;
    Timestamp time;
  };
  int clock_rate_;
  std::optional<Instant> last_;
};

}  // namespace continuo
