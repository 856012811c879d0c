// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "media/pixel_size.h"

namespace continuo {

// The most people that a grid shows: 5 x 5. Everybody beyond is heard, not seen.
inline constexpr int kMaxTiles = 25;

// Where the tiles of `people` equals go, in reading order: the smallest square grid that holds
// them, without its empty rows, in the middle of the canvas, the last row centred. Tiles are equal,
// touch each other, have even coordinates, and are 1/1, 1/2, 1/3, 1/4 or 1/5 of the canvas in
// both directions: so its shape, and a camera at 1280x720 or 640x360 fills its tile by a cheap
// ratio. More than kMaxTiles people get kMaxTiles tiles; fewer than one gets none.
std::vector<PixelRect> GridLayout(int people, PixelSize canvas);

}  // namespace continuo
