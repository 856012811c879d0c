// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_bitstream.h"

#include <va/va_dec_av1.h>

#include <optional>
#include <utility>

#include "softva/decode/av1_frame_header.h"
#include "softva/decode/av1_temporal_unit.h"

namespace softva {
namespace {

// What the frame predicts from. False where it has an index that names none.
bool ListReferences(const VADecPictureParameterBufferAV1& parameters,
                    std::vector<Reference>* references) {
  if (IsIntra(FrameTypeOf(parameters))) return true;
  for (const uint8_t index : parameters.ref_frame_idx) {
    if (index >= kAv1Slots) return false;
    references->push_back({parameters.ref_frame_map[index], {}});
  }
  return true;
}

}  // namespace

VAStatus Av1Bitstream::Build(std::span<const Parameters> buffers, CodedPicture* picture) {
  const auto* parameters =
      FindParameters<VADecPictureParameterBufferAV1>(buffers, VAPictureParameterBufferType);
  std::vector<Av1Tile> tiles;
  if (parameters == nullptr || !CollectSlices(buffers, &tiles)) {
    return VA_STATUS_ERROR_INVALID_BUFFER;
  }
  auto tile_group = WriteAv1TileGroup(*parameters, tiles);
  if (!tile_group || !Av1PictureIsCodable(*parameters) ||
      !ListReferences(*parameters, &picture->references)) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  picture->bytes = std::move(*tile_group);
  picture->width = parameters->frame_width_minus1 + 1;
  picture->height = parameters->frame_height_minus1 + 1;
  picture->random_access = FrameTypeOf(*parameters) == Av1FrameType::kKey;
  picture->target = parameters->current_frame;
  if (parameters->film_grain_info.film_grain_info_fields.bits.apply_grain != 0) {
    picture->grain_target = parameters->current_display_picture;
  }
  picture->av1 = std::make_shared<const VADecPictureParameterBufferAV1>(*parameters);
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
