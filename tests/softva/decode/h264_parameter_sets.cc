// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/h264_parameter_sets.h"

#include <span>

#include "softva/bits/bit_writer.h"

namespace softva {
namespace {

constexpr uint32_t kProfileHigh = 100;
constexpr uint32_t kLevel = 52;
constexpr uint8_t kSequenceSetHeader = 0x67;  // nal_ref_idc 3, type 7
constexpr uint8_t kPictureSetHeader = 0x68;   // nal_ref_idc 3, type 8

// The raster position of the i-th coefficient of a zig-zag scan of a square block (H.264 6.4.x,
// figure 6-8 for 4x4): along the anti-diagonals, turning at each edge.
template <int kSide>
struct ZigZag {
  uint8_t raster[kSide * kSide] = {};
  constexpr ZigZag() {
    int x = 0, y = 0;
    for (int i = 0; i < kSide * kSide; ++i) {
      raster[i] = static_cast<uint8_t>(y * kSide + x);
      const bool up = (x + y) % 2 == 0;
      int& forward = up ? x : y;
      int& backward = up ? y : x;
      if (forward == kSide - 1) {
        ++backward;
      } else {
        ++forward;
        if (backward > 0) --backward;
      }
    }
  }
};
constexpr ZigZag<4> kZigZag4;
constexpr ZigZag<8> kZigZag8;

// scaling_list() (H.264 7.3.2.1.1.1), from VA's raster order, always in full.
void WriteScalingList(const uint8_t* list, std::span<const uint8_t> zig_zag, NalWriter* nal) {
  nal->Flag(true);  // pic_scaling_list_present_flag
  int last = 8;
  for (const uint8_t at : zig_zag) {
    nal->Se(static_cast<int8_t>(list[at] - last));  // delta_scale, modulo 256
    last = list[at];
  }
}

void WriteMatrices(const VAIQMatrixBufferH264& matrices, bool with_8x8, NalWriter* nal) {
  for (const auto& list : matrices.ScalingList4x4) WriteScalingList(list, kZigZag4.raster, nal);
  if (!with_8x8) return;
  for (const auto& list : matrices.ScalingList8x8) WriteScalingList(list, kZigZag8.raster, nal);
}

}  // namespace

std::vector<uint8_t> WriteSequenceSet(const VAPictureParameterBufferH264& picture) {
  const auto& sequence = picture.seq_fields.bits;
  const bool frames_only = sequence.frame_mbs_only_flag != 0;
  const uint32_t rows = picture.picture_height_in_mbs_minus1 + 1U;
  NalWriter nal({kSequenceSetHeader});
  nal.U(8, kProfileHigh);
  nal.U(8, 0);  // constraint flags
  nal.U(8, kLevel);
  nal.Ue(0);  // seq_parameter_set_id
  nal.Ue(sequence.chroma_format_idc);
  nal.Ue(picture.bit_depth_luma_minus8);
  nal.Ue(picture.bit_depth_chroma_minus8);
  nal.Flag(false);  // qpprime_y_zero_transform_bypass_flag
  nal.Flag(false);  // seq_scaling_matrix_present_flag
  nal.Ue(sequence.log2_max_frame_num_minus4);
  nal.Ue(sequence.pic_order_cnt_type);
  if (sequence.pic_order_cnt_type == 0) nal.Ue(sequence.log2_max_pic_order_cnt_lsb_minus4);
  nal.Ue(picture.num_ref_frames);
  nal.Flag(sequence.gaps_in_frame_num_value_allowed_flag != 0);
  nal.Ue(picture.picture_width_in_mbs_minus1);
  nal.Ue((frames_only ? rows : rows / 2) - 1);  // pic_height_in_map_units_minus1
  nal.Flag(frames_only);
  if (!frames_only) nal.Flag(sequence.mb_adaptive_frame_field_flag != 0);
  nal.Flag(sequence.direct_8x8_inference_flag != 0);
  nal.Flag(false);  // frame_cropping_flag
  nal.Flag(false);  // vui_parameters_present_flag
  return nal.Finish();
}

std::vector<uint8_t> WritePictureSet(const VAPictureParameterBufferH264& picture,
                                     const VAIQMatrixBufferH264* matrices,
                                     const PictureSetDefaults& defaults) {
  const auto& fields = picture.pic_fields.bits;
  NalWriter nal({kPictureSetHeader});
  nal.Ue(defaults.id);
  nal.Ue(0);  // seq_parameter_set_id
  nal.Flag(fields.entropy_coding_mode_flag != 0);
  nal.Flag(fields.pic_order_present_flag != 0);
  nal.Ue(0);  // num_slice_groups_minus1
  nal.Ue(defaults.references[0]);
  nal.Ue(defaults.references[1]);
  nal.Flag(fields.weighted_pred_flag != 0);
  nal.U(2, fields.weighted_bipred_idc);
  nal.Se(picture.pic_init_qp_minus26);
  nal.Se(picture.pic_init_qs_minus26);
  nal.Se(picture.chroma_qp_index_offset);
  nal.Flag(fields.deblocking_filter_control_present_flag != 0);
  nal.Flag(fields.constrained_intra_pred_flag != 0);
  nal.Flag(fields.redundant_pic_cnt_present_flag != 0);
  nal.Flag(fields.transform_8x8_mode_flag != 0);
  nal.Flag(matrices != nullptr);  // pic_scaling_matrix_present_flag
  if (matrices != nullptr) WriteMatrices(*matrices, fields.transform_8x8_mode_flag != 0, &nal);
  nal.Se(picture.second_chroma_qp_index_offset);
  return nal.Finish();
}

}  // namespace softva
