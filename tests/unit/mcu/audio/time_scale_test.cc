// SPDX-License-Identifier: Apache-2.0
#include "mcu/audio/time_scale.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/mcu/audio/fake_codec.h"

namespace continuo {
namespace {

std::vector<int16_t> Sound(test::FakeSound sound, size_t samples) {
  std::vector<int16_t> out(samples);
  for (size_t i = 0; i < samples; ++i) out[i] = test::SampleAt(sound, static_cast<int64_t>(i));
  return out;
}

TEST(TimeScaleTest, ShortensAToneByWholePeriods) {
  auto sound = Sound({.amplitude = 10'000, .hertz = 400}, 1920);
  const int step = test::LargestStep(sound);
  const size_t cut = Shorten(sound, kMaxChange, Seam::kUnheard);
  EXPECT_GE(cut, kMinChange);
  EXPECT_EQ(cut % 120, 0u);  // 400 Hz repeats every 120 samples
  sound.resize(sound.size() - cut);
  EXPECT_LE(test::LargestStep(sound), step + 1);
  EXPECT_EQ(sound, Sound({.amplitude = 10'000, .hertz = 400}, 1920 - cut));
}

TEST(TimeScaleTest, LengthensAToneByWholePeriods) {
  auto sound = Sound({.amplitude = 10'000, .hertz = 400}, 1920);
  const int step = test::LargestStep(sound);
  sound.resize(1920 + kMaxChange);
  const size_t added = Lengthen(sound, 1920, kMaxChange, Seam::kUnheard);
  EXPECT_GE(added, kMinChange);
  sound.resize(1920 + added);
  EXPECT_LE(test::LargestStep(sound), step + 1);
  EXPECT_EQ(sound, Sound({.amplitude = 10'000, .hertz = 400}, 1920 + added));
}

TEST(TimeScaleTest, LeavesWhatDoesNotRepeatUnlessItMust) {
  const auto noise = Sound({.kind = test::FakeSound::Kind::kNoise, .amplitude = 9000}, 1920);
  auto sound = noise;
  EXPECT_EQ(Shorten(sound, kMaxChange, Seam::kUnheard), 0u);
  EXPECT_EQ(sound, noise);
  EXPECT_GE(Shorten(sound, kMaxChange, Seam::kAnywhere), kMinChange);
}

TEST(TimeScaleTest, CutsAsMuchAsItMayFromSilence) {
  std::vector<int16_t> silence(960, 3);
  EXPECT_EQ(Shorten(silence, 300, Seam::kUnheard), 300u);
  EXPECT_EQ(Shorten(silence, kMinChange - 1, Seam::kUnheard), 0u);
}

}  // namespace
}  // namespace continuo
