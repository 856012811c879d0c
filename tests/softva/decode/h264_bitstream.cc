// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/h264_bitstream.h"

#include <utility>

#include "softva/decode/h264_parameter_sets.h"
#include "softva/decode/h264_slice_header.h"

namespace softva {
namespace {

using H264Slice = Slice<VASliceParameterBufferH264>;

// Some programs leave the start code on.
std::span<const uint8_t> WithoutStartCode(std::span<const uint8_t> data) {
  size_t zeros = 0;
  while (zeros < data.size() && data[zeros] == 0) ++zeros;
  const bool start_code = zeros >= 2 && zeros < data.size() && data[zeros] == 1;
  return start_code ? data.subspan(zeros + 1) : data;
}

// VA-API doesn't pass on how many references the picture parameter set has by default. A slice that
// doesn't override the number has just that; for one that does, any will do.
PictureSetDefaults ReadDefaults(const VAPictureParameterBufferH264& picture,
                                const std::vector<H264Slice>& slices) {
  PictureSetDefaults defaults;
  for (const H264Slice& slice : slices) {
    const H264SliceHeader header = ReadSliceHeader(picture, WithoutStartCode(slice.data));
    defaults.id = header.picture_set_id;
    if (header.overrides_reference_counts) continue;
    if (header.type == H264SliceType::kP || header.type == H264SliceType::kB) {
      defaults.references[0] = slice.parameters->num_ref_idx_l0_active_minus1;
    }
    if (header.type == H264SliceType::kB) {
      defaults.references[1] = slice.parameters->num_ref_idx_l1_active_minus1;
    }
  }
  return defaults;
}

void Append(std::span<const uint8_t> bytes, std::vector<uint8_t>* to) {
  to->insert(to->end(), bytes.begin(), bytes.end());
}

}  // namespace

VAStatus H264Bitstream::Build(std::span<const Parameters> buffers, CodedPicture* picture) {
  const auto* parameters =
      FindParameters<VAPictureParameterBufferH264>(buffers, VAPictureParameterBufferType);
  const auto* matrices = FindParameters<VAIQMatrixBufferH264>(buffers, VAIQMatrixBufferType);
  std::vector<H264Slice> slices;
  if (parameters == nullptr || !CollectSlices(buffers, &slices)) {
    return VA_STATUS_ERROR_INVALID_BUFFER;
  }
  if (parameters->seq_fields.bits.pic_order_cnt_type == 1) return VA_STATUS_ERROR_DECODING_ERROR;
  if (auto set = WriteSequenceSet(*parameters); set != sequence_set_) {
    Append(set, &picture->bytes);
    sequence_set_ = std::move(set);
    picture_set_.clear();
  }
  const PictureSetDefaults defaults = ReadDefaults(*parameters, slices);
  if (auto set = WritePictureSet(*parameters, matrices, defaults); set != picture_set_) {
    Append(set, &picture->bytes);
    picture_set_ = std::move(set);
  }
  for (const H264Slice& slice : slices) {
    Append({{0, 0, 0, 1}}, &picture->bytes);
    Append(WithoutStartCode(slice.data), &picture->bytes);
  }
  picture->width = (parameters->picture_width_in_mbs_minus1 + 1) * 16;
  picture->height = (parameters->picture_height_in_mbs_minus1 + 1) * 16;
  picture->target = parameters->CurrPic.picture_id;
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
