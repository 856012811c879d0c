// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/time_scale.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace continuo {
namespace {

constexpr float kSilentPower = 1e-5f;  // -50 dB below full scale
constexpr float kRepeatsWell = 0.75f;  // correlation of the two ends of a seam
constexpr size_t kCoarse = 4;

struct Lag {
  size_t samples = 0;
  float correlation = -1.0f;
};

// How well the sound repeats after `lag`: -1 to 1. Looks at every `stride`-th sample.
float Correlation(std::span<const int16_t> sound, size_t lag, size_t stride) {
  float product = 0.0f;
  float here = 1.0f;
  float there = 1.0f;
  for (size_t i = 0; i < kOverlap; i += stride) {
    const float a = sound[i];
    const float b = sound[i + lag];
    product += a * b;
    here += a * a;
    there += b * b;
  }
  return product / std::sqrt(here * there);
}

Lag BestLag(std::span<const int16_t> sound, size_t most) {
  Lag best;
  for (size_t lag = kMinChange; lag <= most; lag += kCoarse) {
    const float c = Correlation(sound, lag, kCoarse);
    if (c > best.correlation) best = {lag, c};
  }
  const size_t first = std::max(best.samples - (kCoarse - 1), kMinChange);
  const size_t last = std::min(best.samples + (kCoarse - 1), most);
  best.correlation = -1.0f;
  for (size_t lag = first; lag <= last; ++lag) {
    const float c = Correlation(sound, lag, 1);
    if (c > best.correlation) best = {lag, c};
  }
  return best;
}

bool IsSilent(std::span<const int16_t> sound) {
  float power = 0.0f;
  for (int16_t s : sound) power += static_cast<float>(s) * static_cast<float>(s);
  return power / static_cast<float>(sound.size()) < kSilentPower * 32768.0f * 32768.0f;
}

// Where to put the seam: by how many samples to change, 0 if it would be heard.
size_t ChooseLag(std::span<const int16_t> sound, size_t most, Seam seam) {
  most = std::min(most, kMaxChange);
  if (most < kMinChange || sound.size() < kMaxChange + kOverlap) return 0;
  if (IsSilent(sound.first(kMaxChange + kOverlap))) return most;
  const Lag best = BestLag(sound, most);
  return seam == Seam::kAnywhere || best.correlation >= kRepeatsWell ? best.samples : 0;
}

// From `from` to `to` over kOverlap samples; `out` may be either.
void CrossFade(const int16_t* from, const int16_t* to, int16_t* out) {
  for (size_t i = 0; i < kOverlap; ++i) {
    const int weight = static_cast<int>(i);
    const int mixed = from[i] * (static_cast<int>(kOverlap) - weight) + to[i] * weight;
    out[i] = static_cast<int16_t>(mixed / static_cast<int>(kOverlap));
  }
}

}  // namespace

size_t Shorten(std::span<int16_t> sound, size_t most, Seam seam) {
  const size_t lag = ChooseLag(sound, most, seam);
  if (lag == 0) return 0;
  CrossFade(sound.data(), sound.data() + lag, sound.data() + lag);
  std::memmove(sound.data(), sound.data() + lag, (sound.size() - lag) * sizeof(int16_t));
  return lag;
}

size_t Lengthen(std::span<int16_t> sound, size_t used, size_t most, Seam seam) {
  const size_t lag = ChooseLag(sound.first(used), std::min(most, sound.size() - used), seam);
  if (lag == 0) return 0;
  std::memmove(sound.data() + lag, sound.data(), used * sizeof(int16_t));
  // Now sound[lag..] is the whole, to come after its own first `lag` samples; what was at lag.. and
  // would have followed them is at 2 * lag.
  int16_t follows[kOverlap];
  std::memcpy(follows, sound.data() + 2 * lag, sizeof(follows));
  std::memcpy(sound.data(), sound.data() + lag, lag * sizeof(int16_t));
  CrossFade(follows, sound.data() + lag, sound.data() + lag);
  return lag;
}

}  // namespace continuo
