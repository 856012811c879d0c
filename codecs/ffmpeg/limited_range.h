// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/video_frame.h"

namespace continuo {

// Maps a full-range (JPEG) picture to limited range: luma 0..255 to 16..235, chroma to 16..240
// about 128. Both have one size. ITU-T H.273 §8.3.
void ToLimitedRange(const I420View& full, const MutableI420View& limited);

}  // namespace continuo
