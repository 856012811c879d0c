// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "media/audio_frame.h"

namespace continuo {

// A sum of voices, before it is cut to 16 bits. sum[time]
using AudioSum = std::array<int32_t, kSamplesPerTick>;

// Brings a sum of voices, however loud, under -1 dBFS without a click. Looks 5 ms ahead, so that
// the gain is down before the peak comes, and lets it up again within some 200 ms. Delays every
// sample by exactly kDelay samples, and changes none while the sum stays below the threshold.
// Integers only: the same input gives the same output, bit for bit. Copyable: a copy carries on
// where the original is.
class Limiter {
 public:
  static constexpr size_t kDelay = 240;          // 5 ms
  static constexpr int32_t kThreshold = 29'204;  // -1 dBFS

  Limiter();
  void Process(const AudioSum& in, AudioFrame& out);

 private:
  static constexpr size_t kSpan = kDelay + 1;  // samples over which the gain is least and mean
  static constexpr int64_t kUnity = int64_t{1} << 30;

  bool AtRest() const { return resting_ >= kSpan; }
  int64_t LeastNeeded(int64_t needed);
  int16_t Step(int32_t in);

  struct Needed {
    uint64_t time = 0;
    int64_t gain = kUnity;
  };
  std::array<int32_t, kDelay> delayed_{};  // a ring: the oldest at time_ % kDelay
  std::array<int64_t, kSpan> gains_;       // a ring of released gains
  int64_t gains_sum_ = kUnity * static_cast<int64_t>(kSpan);
  int64_t released_ = kUnity;
  std::array<Needed, kSpan> least_{};  // needed gains that rise: the first is the least of the span
  size_t least_first_ = 0;
  size_t least_count_ = 0;
  uint64_t time_ = 0;
  size_t resting_ = kSpan;  // samples since something was over the threshold or a gain below one
};

}  // namespace continuo
