// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/h264_slice_header.h"

#include "softva/bits/bit_reader.h"

namespace softva {
namespace {

constexpr uint32_t kIdrSlice = 5;

void SkipPictureOrder(const VAPictureParameterBufferH264& picture, bool field, NalReader* reader) {
  const auto& sequence = picture.seq_fields.bits;
  if (sequence.pic_order_cnt_type != 0) return;
  reader->U(static_cast<int>(sequence.log2_max_pic_order_cnt_lsb_minus4) + 4);
  const bool has_bottom = picture.pic_fields.bits.pic_order_present_flag != 0 && !field;
  if (has_bottom) reader->Se();  // delta_pic_order_cnt_bottom
}

}  // namespace

H264SliceHeader ReadSliceHeader(const VAPictureParameterBufferH264& picture,
                                std::span<const uint8_t> nal) {
  const auto& sequence = picture.seq_fields.bits;
  NalReader reader(nal);
  H264SliceHeader header;
  const uint32_t nal_type = reader.U(8) & 31;
  reader.Ue();  // first_mb_in_slice
  header.type = static_cast<H264SliceType>(reader.Ue() % 5);
  header.picture_set_id = reader.Ue();
  reader.U(static_cast<int>(sequence.log2_max_frame_num_minus4) + 4);  // frame_num
  const bool field = sequence.frame_mbs_only_flag == 0 && reader.Flag();
  if (field) reader.Flag();                // bottom_field_flag
  if (nal_type == kIdrSlice) reader.Ue();  // idr_pic_id
  SkipPictureOrder(picture, field, &reader);
  if (picture.pic_fields.bits.redundant_pic_cnt_present_flag != 0) reader.Ue();
  if (header.type == H264SliceType::kB) reader.Flag();  // direct_spatial_mv_pred_flag
  const bool intra = header.type == H264SliceType::kI || header.type == H264SliceType::kSi;
  header.overrides_reference_counts = !intra && reader.Flag();
  return header;
}

bool IsIdr(std::span<const uint8_t> nal) { return !nal.empty() && (nal[0] & 31) == kIdrSlice; }

}  // namespace softva
