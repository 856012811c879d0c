// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "softva/decode/av1_frame_header.h"
#include "softva/decode/bitstream_builder.h"

namespace softva {

// What a program passed for one tile.
using Av1Tile = Slice<VASliceParameterBufferAV1>;

// tile_group_obu() of all tiles of a frame, AV1 §5.11.1. Nothing unless every tile is there once,
// with at least one byte.
std::optional<std::vector<uint8_t>> WriteAv1TileGroup(const VADecPictureParameterBufferAV1& picture,
                                                      std::span<const Av1Tile> tiles);

// The temporal unit that a stateful decoder decodes to what a program asked of VA-API: a temporal
// delimiter, a sequence header and one frame. VA-API carries no sequence header; this one allows
// whatever a frame header can then say for itself, the size included, so it stays the same for as
// long as the program's does: decoders drop their references when it changes. Nothing when the
// tiles are impossible.
std::optional<std::vector<uint8_t>> WriteAv1TemporalUnit(
    const VADecPictureParameterBufferAV1& picture, const Av1SlotUse& slots,
    std::span<const uint8_t> tile_group);

}  // namespace softva
