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
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
