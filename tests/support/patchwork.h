// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "media/video_frame.h"

namespace continuo {

// Draws small squares of greys, others with every number. None can be foretold from the picture
// before, and so how well they come out is up to the quantiser alone.
void DrawPatchwork(uint16_t number, MutableI420View picture);

}  // namespace continuo
