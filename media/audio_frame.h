// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace continuo {

// Everything is mixed in 20 ms ticks of 48 kHz mono: 960 samples, 16-bit full scale at ±32768.
inline constexpr TimeDelta kAudioTick = TimeDelta::Millis(20);
inline constexpr size_t kSamplesPerTick = 960;

// samples[time]
using AudioFrame = std::array<int16_t, kSamplesPerTick>;

}  // namespace continuo
