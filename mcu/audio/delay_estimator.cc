// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/delay_estimator.h"

#include <algorithm>
#include <cstdlib>

namespace continuo {
namespace {

// What a packet weighs once there is some history: it's forgotten to half after 230 packets.
constexpr float kForget = 0.003f;
constexpr int kSettled = 331;  // from here on 1 / (observed + 2) is below kForget
constexpr float kLateShare = 0.01f;
// What is believed of a line before its first packet: it needs up to 10 ms.
constexpr size_t kFirstGuess = 1;

constexpr int64_t ToMicros(int64_t ticks) { return ticks * 125 / 6; }

}  // namespace

DelayEstimator::DelayEstimator() {
  histogram_[kFirstGuess] = 1.0f;
  UpdateTarget();
}

void DelayEstimator::OnPacket(int64_t rtp_timestamp, Timestamp arrival, int weight) {
  const int64_t transit = arrival.us() - ToMicros(rtp_timestamp);
  NoteTransit(transit, arrival);
  FollowBase();
  // A packet that comes on the heels of its predecessor waited in the same queue: a stall of 300 ms
  // is one event, not fifteen. RFC 3550's jitter takes them all.
  bool same_queue = false;
  if (last_transit_us_) {
    const int64_t step = transit - *last_transit_us_;
    const int64_t spacing = ToMicros(rtp_timestamp - last_timestamp_);
    same_queue = spacing > 0 && step < -spacing / 2;
    jitter_x16_ += std::abs(step) - (jitter_x16_ + 8) / 16;
  }
  last_transit_us_ = transit;
  last_timestamp_ = rtp_timestamp;
  if (!same_queue) AddLateness(transit - base_us_, weight);
  UpdateTarget();
}

void DelayEstimator::Rebase() {
  window_.fill(Second{});
  last_transit_us_.reset();
}

TimeDelta DelayEstimator::SinceDue(int64_t rtp_timestamp, Timestamp now) const {
  return TimeDelta::Micros(now.us() - ToMicros(rtp_timestamp) - base_us_);
}

TimeDelta DelayEstimator::Jump(int64_t rtp_timestamp, Timestamp arrival) const {
  if (!last_transit_us_) return {};
  return TimeDelta::Micros(std::abs(arrival.us() - ToMicros(rtp_timestamp) - *last_transit_us_));
}

void DelayEstimator::NoteTransit(int64_t transit_us, Timestamp arrival) {
  const int64_t second = std::max<int64_t>(arrival.us() / 1'000'000, 0);
  Second& current = window_[static_cast<size_t>(second) % kWindow];
  if (current.number != second) current = {second, transit_us};
  current.least_transit_us = std::min(current.least_transit_us, transit_us);
  base_us_ = transit_us;
  for (const Second& s : window_) {
    const bool recent = s.number >= 0 && std::abs(second - s.number) < int64_t{kWindow};
    if (recent) base_us_ = std::min(base_us_, s.least_transit_us);
  }
}

// A base that rises makes all that was seen less late. One that falls doesn't make it later: most
// often the route got shorter, and old lateness says nothing about it.
void DelayEstimator::FollowBase() {
  const int64_t bins = (base_us_ - histogram_base_us_) / kBinUs;
  if (base_us_ < histogram_base_us_ || observed_ == 0) {
    histogram_base_us_ = base_us_;
  } else if (bins > 0) {
    const size_t shift = static_cast<size_t>(std::min<int64_t>(bins, kBins - 1));
    for (size_t i = 1; i <= shift; ++i) histogram_[0] += histogram_[i];
    for (size_t i = 1; i < kBins; ++i) {
      histogram_[i] = i + shift < kBins ? histogram_[i + shift] : 0.0f;
    }
    histogram_base_us_ += bins * kBinUs;
  }
}

void DelayEstimator::AddLateness(int64_t lateness_us, int weight) {
  const int64_t bin = std::clamp<int64_t>(lateness_us / kBinUs, 0, kBins - 1);
  for (int i = 0; i < weight; ++i) {
    const float share = observed_ < kSettled ? 1.0f / static_cast<float>(observed_ + 2) : kForget;
    for (float& h : histogram_) h *= 1.0f - share;
    histogram_[static_cast<size_t>(bin)] += share;
    observed_ = std::min(observed_ + 1, kSettled);
  }
}

void DelayEstimator::UpdateTarget() {
  float later = 0.0f;
  size_t bin = kBins;
  while (bin > 1 && later + histogram_[bin - 1] < kLateShare) later += histogram_[--bin];
  target_ = std::min(TimeDelta::Micros(static_cast<int64_t>(bin) * kBinUs), kMax);
}

}  // namespace continuo
