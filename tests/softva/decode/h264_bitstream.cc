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

FieldOrder OrderOf(const VAPictureH264& picture) {
  const bool one_field =
      (picture.flags & (VA_PICTURE_H264_TOP_FIELD | VA_PICTURE_H264_BOTTOM_FIELD)) != 0;
  FieldOrder order;
  if (!one_field || (picture.flags & VA_PICTURE_H264_TOP_FIELD) != 0) {
    order.top = picture.TopFieldOrderCnt;
  }
  if (!one_field || (picture.flags & VA_PICTURE_H264_BOTTOM_FIELD) != 0) {
    order.bottom = picture.BottomFieldOrderCnt;
  }
  return order;
}

// The decoded picture buffer as the program keeps it.
std::vector<Reference> ReadReferences(const VAPictureParameterBufferH264& parameters) {
  std::vector<Reference> references;
  for (const VAPictureH264& picture : parameters.ReferenceFrames) {
    if (picture.picture_id == VA_INVALID_SURFACE) continue;
    if ((picture.flags & VA_PICTURE_H264_INVALID) != 0) continue;
    references.push_back({picture.picture_id, OrderOf(picture)});
  }
  return references;
}

void Append(std::span<const uint8_t> bytes, std::vector<uint8_t>* to) {
  to->insert(to->end(), bytes.begin(), bytes.end());
}

}  // namespace

// H.264 7.4.3: frame_num is that of the reference picture before, or one more.
bool H264Bitstream::FollowFrameNumber(const VAPictureParameterBufferH264& picture, bool idr) {
  const int last = std::exchange(frame_number_, picture.frame_num);
  const bool allowed = picture.seq_fields.bits.gaps_in_frame_num_value_allowed_flag != 0;
  const int modulus = 16 << picture.seq_fields.bits.log2_max_frame_num_minus4;
  const bool follows = picture.frame_num == last || picture.frame_num == (last + 1) % modulus;
  return !idr && (allowed || !follows);
}

VAStatus H264Bitstream::Build(std::span<const Parameters> buffers, CodedPicture* picture) {
  const auto* parameters =
      FindParameters<VAPictureParameterBufferH264>(buffers, VAPictureParameterBufferType);
  const auto* matrices = FindParameters<VAIQMatrixBufferH264>(buffers, VAIQMatrixBufferType);
  std::vector<H264Slice> slices;
  if (parameters == nullptr || !CollectSlices(buffers, &slices)) {
    return VA_STATUS_ERROR_INVALID_BUFFER;
  }
  if (parameters->seq_fields.bits.pic_order_cnt_type == 1) return VA_STATUS_ERROR_DECODING_ERROR;
  picture->random_access = IsIdr(WithoutStartCode(slices[0].data));
  picture->has_headers = picture->random_access;
  if (picture->has_headers) sequence_set_.clear();
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
  picture->order = OrderOf(parameters->CurrPic);
  picture->field = parameters->pic_fields.bits.field_pic_flag != 0;
  picture->gap = FollowFrameNumber(*parameters, picture->random_access);
  picture->references = ReadReferences(*parameters);
  return VA_STATUS_SUCCESS;
}

}  // namespace softva
