// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace continuo {

// Cuts and adds at most kMaxChange samples of 48 kHz at a time, without a click: the sound is
// overlapped with itself where it repeats, and cross-faded over kOverlap samples. For playing a
// little faster or slower without changing the pitch.
inline constexpr size_t kMinChange = 120;  // 2.5 ms
inline constexpr size_t kMaxChange = 480;  // 10 ms
inline constexpr size_t kOverlap = 240;    // 5 ms

enum class Seam : uint8_t {
  kUnheard,  // change only silence or what repeats well enough
  kAnywhere  // change whatever is there, at the best place
};

// Both work on the first kMaxChange + kOverlap samples of `sound`, which must be there, and return
// by how many samples they changed its length (0: no good seam), at most `most`.
// Shortens in place: the first `sound.size() - result` samples are what is left.
size_t Shorten(std::span<int16_t> sound, size_t most, Seam seam);
// Lengthens in place the first `used` samples; `sound` must have room for `most` more.
size_t Lengthen(std::span<int16_t> sound, size_t used, size_t most, Seam seam);

}  // namespace continuo
