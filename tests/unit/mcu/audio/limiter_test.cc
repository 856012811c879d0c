// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/limiter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "tests/unit/mcu/audio/fake_codec.h"

namespace continuo {
namespace {

// Feeds `ticks` of sound(t) and returns what comes out.
template <typename Sound>
std::vector<int16_t> Limit(Limiter& limiter, int ticks, Sound sound) {
  std::vector<int16_t> out;
  AudioSum sum;
  AudioFrame frame;
  int64_t t = 0;
  for (int tick = 0; tick < ticks; ++tick) {
    for (int32_t& s : sum) s = sound(t++);
    limiter.Process(sum, frame);
    out.insert(out.end(), frame.begin(), frame.end());
  }
  return out;
}

int32_t ToneAt(int64_t t, double hertz, double amplitude) {
  return static_cast<int32_t>(std::lround(
      amplitude * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(t) / 48'000)));
}

int Peak(std::span<const int16_t> sound) {
  int peak = 0;
  for (int16_t s : sound) peak = std::max(peak, std::abs(int{s}));
  return peak;
}

TEST(LimiterTest, WhatIsBelowTheThresholdComesOutUnchangedFiveMillisecondsLater) {
  Limiter limiter;
  const auto sound = [](int64_t t) { return ToneAt(t, 440, Limiter::kThreshold); };
  const auto out = Limit(limiter, 10, sound);
  for (size_t i = 0; i < out.size(); ++i) {
    const auto t = static_cast<int64_t>(i) - static_cast<int64_t>(Limiter::kDelay);
    ASSERT_EQ(out[i], t < 0 ? 0 : sound(t)) << i;
  }
}

TEST(LimiterTest, NeverOvershootsWhateverComes) {
  for (int voices : {2, 5, 50}) {
    Limiter limiter;
    Prng random(static_cast<uint64_t>(voices));
    const auto noise = Limit(limiter, 50, [&](int64_t) {
      return static_cast<int32_t>((random.Unit() * 2 - 1) * 32'768 * voices);
    });
    EXPECT_LE(Peak(noise), Limiter::kThreshold);
    // A single click out of silence, as hard as it gets.
    const auto click =
        Limit(limiter, 50, [&](int64_t t) { return t % 5000 == 4000 ? -32'768 * voices : 0; });
    EXPECT_LE(Peak(click), Limiter::kThreshold);
    EXPECT_GE(Peak(click), Limiter::kThreshold - 2);
  }
}

TEST(LimiterTest, LoudTonesAreTurnedDownWithoutDistortionOrClick) {
  Limiter limiter;
  // Quiet, then fifty times full scale, then quiet again.
  const auto sound = [](int64_t t) {
    const bool loud = t >= 48'000 && t < 96'000;
    return ToneAt(t, 500, loud ? 50 * 32'767.0 : 10'000.0);
  };
  const auto out = Limit(limiter, 200, sound);
  const std::span whole(out);
  const double loud = test::ToneAmplitude(whole.subspan(60'000, 24'000), 500, 48'000);
  EXPECT_NEAR(loud, Limiter::kThreshold, 300);
  EXPECT_LT(test::ToneAmplitude(whole.subspan(60'000, 24'000), 1500, 48'000), loud / 300);
  // The tone's own largest step at the threshold, and the ramp of the gain on top of it.
  EXPECT_LE(test::LargestStep(out), Limiter::kThreshold * 2 * 3.15 * 500 / 48'000 + 1500);
  EXPECT_EQ(std::vector(out.end() - 48'000, out.end() - 47'000),
            std::vector(out.end() - 48'000 - 96, out.end() - 47'000 - 96))
      << "at rest again a second later: the tone repeats exactly";
}

TEST(LimiterTest, CopyCarriesOnWhereTheOriginalIs) {
  Limiter original;
  const auto sound = [](int64_t t) { return ToneAt(t, 300, 90'000); };
  Limit(original, 7, sound);
  Limiter copy = original;
  EXPECT_EQ(Limit(copy, 20, sound), Limit(original, 20, sound));
}

}  // namespace
}  // namespace continuo
