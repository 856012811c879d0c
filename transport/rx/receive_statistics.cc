// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/receive_statistics.h"

#include <algorithm>
#include <cstdlib>

namespace continuo {
namespace {

// RFC 3550 A.1 names these MAX_DROPOUT and MAX_MISORDER. Its 100 for the second is less than what
// a retransmission on the media SSRC may come late by.
constexpr int64_t kMaxDropout = 3000;
constexpr int64_t kMaxMisorder = 1000;
// Differences beyond this are a sender's clock that jumped, and would drown the estimate for long.
constexpr int64_t kMaxTransitSeconds = 5;

}  // namespace

ReceiveStatistics::Outcome ReceiveStatistics::OnPacket(uint16_t sequence, uint32_t rtp_timestamp,
                                                       Timestamp now) {
  Outcome outcome{.verdict = Verdict::kAccepted};
  if (!highest_) {
    highest_ = base_ = unwrapper_.Unwrap(sequence);
  } else {
    const int64_t ahead = unwrapper_.Peek(sequence) - *highest_;
    if (ahead > kMaxDropout || ahead < -kMaxMisorder) {
      if (confirm_ != sequence) {
        confirm_ = static_cast<uint16_t>(sequence + 1);
        return {.verdict = Verdict::kSuspect};
      }
      Restart(sequence);
      outcome.verdict = Verdict::kRestarted;
    }
  }
  confirm_.reset();
  outcome.sequence = unwrapper_.Unwrap(sequence);
  highest_ = std::max(*highest_, outcome.sequence);
  ++received_;
  ++received_total_;
  CountJitter(rtp_timestamp, now);
  return outcome;
}

// Moves on to `sequence` by the way forward, however far: nearest would be backwards half the time,
// and what is unwrapped must grow.
void ReceiveStatistics::Restart(uint16_t sequence) {
  const auto low = static_cast<uint16_t>(*highest_);
  const auto distance = static_cast<uint16_t>(sequence - low);
  unwrapper_.Unwrap(low);
  unwrapper_.Unwrap(static_cast<uint16_t>(low + distance / 2));
  base_ = unwrapper_.Unwrap(sequence);
  highest_ = base_;
  received_ = expected_prior_ = received_prior_ = 0;
  transit_.reset();
}

// RFC 3550 A.8, in integers. Packets of one picture share a timestamp but not a sending time, so
// only the first of each tells about the network.
void ReceiveStatistics::CountJitter(uint32_t rtp_timestamp, Timestamp now) {
  if (transit_ && rtp_timestamp == last_timestamp_) return;
  last_timestamp_ = rtp_timestamp;
  const auto arrival = static_cast<uint32_t>(now.us() / 1000 * clock_rate_ / 1000 +
                                             now.us() % 1000 * clock_rate_ / 1'000'000);
  const uint32_t transit = arrival - rtp_timestamp;
  if (transit_) {
    const int64_t d = std::abs(int64_t{static_cast<int32_t>(transit - *transit_)});
    if (d < kMaxTransitSeconds * clock_rate_) {
      jitter_x16_ += static_cast<uint32_t>(d) - ((jitter_x16_ + 8) >> 4);
    }
  }
  transit_ = transit;
}

TimeDelta ReceiveStatistics::jitter() const {
  return TimeDelta::Micros(int64_t{jitter_x16_ >> 4} * 1'000'000 / clock_rate_);
}

void ReceiveStatistics::OnSenderReport(NtpTime ntp, Timestamp now) {
  last_sr_ = ntp.compact();
  last_sr_arrival_ = now;
}

std::optional<ReportBlock> ReceiveStatistics::TakeReport(Ssrc source, Timestamp now) {
  if (!highest_) return std::nullopt;
  const int64_t expected = *highest_ - base_ + 1;
  const int64_t expected_interval = expected - expected_prior_;
  const int64_t lost_interval = expected_interval - (received_ - received_prior_);
  expected_prior_ = expected;
  received_prior_ = received_;

  ReportBlock block{.source = source};
  if (expected_interval > 0 && lost_interval > 0) {
    block.fraction_lost =
        static_cast<uint8_t>(std::min<int64_t>(255, lost_interval * 256 / expected_interval));
  }
  block.cumulative_lost =
      static_cast<int32_t>(std::clamp<int64_t>(expected - received_, -0x800000, 0x7fffff));
  block.extended_highest_sequence = static_cast<uint32_t>(*highest_);
  block.jitter = jitter_x16_ >> 4;
  if (last_sr_ != 0) {
    block.last_sr = last_sr_;
    block.delay_since_last_sr = ToCompactNtp(now - last_sr_arrival_);
  }
  return block;
}

}  // namespace continuo
