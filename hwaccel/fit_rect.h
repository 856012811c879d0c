// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/pixel_size.h"

namespace continuo {

// The largest rectangle of the picture's shape inside `tile`, centred: what is left over becomes
// bars. Even coordinates for an even tile, at least 2x2. Sides go to the nearest even number, so
// that 1280x720 fills 426x240 without a one-pixel bar. Pixels are taken to be square.
PixelRect FitRect(PixelSize picture, PixelRect tile);

}  // namespace continuo
