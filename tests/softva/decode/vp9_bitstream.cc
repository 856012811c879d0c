// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/vp9_bitstream.h"

#include <va/va_dec_vp9.h>

namespace softva {

VAStatus Vp9Bitstream::Build(std::span<const Parameters> buffers, CodedPicture* picture) {
  const auto* parameters =
      FindParameters<VADecPictureParameterBufferVP9>(buffers, VAPictureParameterBufferType);
  std::vector<Slice<VASliceParameterBufferVP9>> slices;
  if (parameters == nullptr || !CollectSlices(buffers, &slices) || slices.size() != 1) {
    return VA_STATUS_ERROR_INVALID_BUFFER;
  }
  picture->bytes.assign(slices[0].data.begin(), slices[0].data.end());
  picture->width = parameters->frame_width;
  picture->height = parameters->frame_height;
  const auto& fields = parameters->pic_fields.bits;
  const bool key_frame = fields.frame_type == 0;
  picture->random_access = key_frame;
  if (key_frame || fields.intra_only != 0) return VA_STATUS_SUCCESS;
  const uint32_t active[] = {fields.last_ref_frame, fields.golden_ref_frame, fields.alt_ref_frame};
  for (const uint32_t index : active) {
    picture->references.push_back({parameters->reference_frames[index], {}});
  }
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
