// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/vp8_bitstream.h"

#include <va/va_dec_vp8.h>

#include <algorithm>

namespace softva {
namespace {

// RFC 6386 9.1: a frame tag of three bytes, little-endian, and for a key frame seven more.
//   bit 0: 0 for a key frame · 1 to 3: version · 4: show_frame · 5 to 23: first_part_size
void WriteHeader(const VAPictureParameterBufferVP8& picture, uint32_t first_part_size,
                 std::vector<uint8_t>* to) {
  const bool key_frame = picture.pic_fields.bits.key_frame == 0;  // inverted, as in the tag
  const uint32_t tag =
      (key_frame ? 0U : 1U) | picture.pic_fields.bits.version << 1 | 1U << 4 | first_part_size << 5;
  for (int i = 0; i < 3; ++i) to->push_back(static_cast<uint8_t>(tag >> 8 * i));
  if (!key_frame) return;
  to->insert(to->end(), {0x9d, 0x01, 0x2a});
  for (const uint32_t side : {picture.frame_width, picture.frame_height}) {
    to->push_back(static_cast<uint8_t>(side));
    to->push_back(static_cast<uint8_t>(side >> 8));
  }
}

// The frame from behind its header. GStreamer counts the header in slice_data_size all the same, so
// the buffer's end counts where that comes first.
std::span<const uint8_t> FindData(std::span<const Parameters> buffers,
                                  const VASliceParameterBufferVP8& slice) {
  for (const Parameters& buffer : buffers) {
    if (buffer.type != VASliceDataBufferType) continue;
    if (slice.slice_data_offset >= buffer.bytes.size()) return {};
    const auto data = std::span(buffer.bytes).subspan(slice.slice_data_offset);
    return data.first(std::min<size_t>(slice.slice_data_size, data.size()));
  }
  return {};
}

}  // namespace

VAStatus Vp8Bitstream::Build(std::span<const Parameters> buffers, CodedPicture* picture) {
  const auto* parameters =
      FindParameters<VAPictureParameterBufferVP8>(buffers, VAPictureParameterBufferType);
  const auto* slice =
      FindParameters<VASliceParameterBufferVP8>(buffers, VASliceParameterBufferType);
  if (parameters == nullptr || slice == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
  const std::span<const uint8_t> data = FindData(buffers, *slice);
  if (data.empty()) return VA_STATUS_ERROR_INVALID_BUFFER;
  // partition_size[0] is what is left of the first partition behind macroblock_offset.
  WriteHeader(*parameters, slice->partition_size[0] + (slice->macroblock_offset + 7) / 8,
              &picture->bytes);
  picture->bytes.insert(picture->bytes.end(), data.begin(), data.end());
  picture->width = static_cast<int>(parameters->frame_width);
  picture->height = static_cast<int>(parameters->frame_height);
  picture->random_access = parameters->pic_fields.bits.key_frame == 0;
  for (const VASurfaceID surface :
       {parameters->last_ref_frame, parameters->golden_ref_frame, parameters->alt_ref_frame}) {
    picture->references.push_back({surface, {}});
  }
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
