// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/limiter.h"

#include <algorithm>
#include <cstdlib>

namespace continuo {
namespace {

// Of what is missing to unity, 1 / 4096 comes back per sample: a time constant of 85 ms.
constexpr int kReleaseShift = 12;

}  // namespace

// Each sample asks for the gain that it needs. The least of the last kSpan needs, let up slowly, is
// meaned over kSpan: the gain then falls in a straight line that has arrived when the sample that
// asked for it comes out kDelay later, and no value of the mean is above what that sample needs.
Limiter::Limiter() { gains_.fill(kUnity); }

void Limiter::Process(const AudioSum& in, AudioFrame& out) {
  const auto [least, most] = std::minmax_element(in.begin(), in.end());
  if (!AtRest() || *least < -kThreshold || *most > kThreshold) {
    for (size_t i = 0; i < kSamplesPerTick; ++i) out[i] = Step(in[i]);
    return;
  }
  // Nothing to limit, now or of late: only the delay.
  static_assert(kSamplesPerTick % kDelay == 0);
  const size_t oldest = time_ % kDelay;
  const auto to_sample = [](int32_t s) { return static_cast<int16_t>(s); };
  auto o = std::transform(delayed_.begin() + oldest, delayed_.end(), out.begin(), to_sample);
  o = std::transform(delayed_.begin(), delayed_.begin() + oldest, o, to_sample);
  std::transform(in.begin(), in.end() - kDelay, o, to_sample);
  const auto kept = in.end() - kDelay;
  std::copy(kept, kept + (kDelay - oldest), delayed_.begin() + oldest);
  std::copy(kept + (kDelay - oldest), in.end(), delayed_.begin());
  least_count_ = 0;
  time_ += kSamplesPerTick;
}

int64_t Limiter::LeastNeeded(int64_t needed) {
  const auto at = [this](size_t i) -> Needed& { return least_[(least_first_ + i) % kSpan]; };
  if (least_count_ > 0 && at(0).time + kSpan <= time_) {
    least_first_ = (least_first_ + 1) % kSpan;
    --least_count_;
  }
  while (least_count_ > 0 && at(least_count_ - 1).gain >= needed) --least_count_;
  at(least_count_++) = {time_, needed};
  return at(0).gain;
}

int16_t Limiter::Step(int32_t in) {
  const int64_t loudness = std::abs(static_cast<int64_t>(in));
  const int64_t needed = loudness > kThreshold ? kThreshold * kUnity / loudness : kUnity;
  const int64_t let_up = std::max<int64_t>((kUnity - released_) >> kReleaseShift, 1);
  released_ = std::min({LeastNeeded(needed), released_ + let_up, kUnity});
  resting_ = released_ == kUnity ? std::min(resting_ + 1, kSpan) : 0;

  int64_t& forgotten = gains_[time_ % kSpan];
  gains_sum_ += released_ - forgotten;
  forgotten = released_;
  int32_t& oldest = delayed_[time_ % kDelay];
  const int64_t limited = oldest * (gains_sum_ / static_cast<int64_t>(kSpan)) / kUnity;
  oldest = in;
  ++time_;
  return static_cast<int16_t>(limited);
}

}  // namespace continuo
