// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include "softva/bits/av1_bit_writer.h"

namespace softva {

// Bytes of tile_size_minus_1 in the tile groups that we write.
inline constexpr int kAv1TileSizeBytes = 4;

// The width in which the tiles are coded: smaller than the picture when super-resolution is used.
// AV1 §5.9.8.
int Av1CodedWidth(const VADecPictureParameterBufferAV1& picture);

// tile_info(), AV1 §5.9.15. False when no such division into tiles exists for this size of picture:
// then what was written is of no use.
bool WriteAv1TileInfo(const VADecPictureParameterBufferAV1& picture, Av1BitWriter& out);

}  // namespace softva
