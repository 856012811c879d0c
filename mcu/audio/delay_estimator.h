// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace continuo {

// Says how late one stream's packets are, and how long to wait so that nearly all are there in
// time. Late means later than the fastest packet of the last ten seconds: no clock of the sender's
// is trusted, and a clock that drifts is followed. Fed by the jitter buffer. Timestamps are RTP
// ticks of 48 kHz. RFC 3550 §6.4.1 for jitter().
class DelayEstimator {
 public:
  DelayEstimator();

  // `weight` is how many packets it stands for: one that missed its turn speaks louder.
  void OnPacket(int64_t rtp_timestamp, Timestamp arrival, int weight);
  // Forgets the fastest packet, but not how much arrivals vary: the sender's clock made a jump.
  void Rebase();

  // How long ago the sample would have arrived on the fastest path. Negative: it's yet to come.
  TimeDelta SinceDue(int64_t rtp_timestamp, Timestamp now) const;
  // How long to wait so that all but about one packet in a hundred are in time; never over kMax.
  TimeDelta target() const { return target_; }
  // Interarrival jitter.
  TimeDelta jitter() const { return TimeDelta::Micros(jitter_x16_ / 16); }
  // The distance of the packet to what its predecessor promised: over a second or so, the sender's
  // clock jumped.
  TimeDelta Jump(int64_t rtp_timestamp, Timestamp arrival) const;

  static constexpr TimeDelta kMax = TimeDelta::Millis(480);

 private:
  static constexpr int64_t kBinUs = 5000;
  static constexpr size_t kBins = 96;
  static constexpr size_t kWindow = 10;  // seconds

  void NoteTransit(int64_t transit_us, Timestamp arrival);
  void FollowBase();
  void AddLateness(int64_t lateness_us, int weight);
  void UpdateTarget();

  struct Second {
    int64_t number = -1;
    int64_t least_transit_us = 0;
  };
  std::array<Second, kWindow> window_;
  int64_t base_us_ = 0;                   // the least transit of the window
  int64_t histogram_base_us_ = 0;         // what the histogram's lateness is relative to
  std::array<float, kBins> histogram_{};  // share of packets by lateness; sums to 1
  int observed_ = 0;
  std::optional<int64_t> last_transit_us_;
  int64_t last_timestamp_ = 0;
  int64_t jitter_x16_ = 0;
  TimeDelta target_;
};

}  // namespace continuo
