// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/hevc_parameter_sets.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

#include "softva/decode/hevc_nal.h"

namespace softva {
namespace {

constexpr uint32_t kMainProfile = 1;
constexpr uint32_t kMainAndMain10 = 0x60000000;  // general_profile_compatibility_flag 1 and 2
constexpr uint32_t kLevel = 186;                 // 6.2, the highest
constexpr uint32_t kMaxPictures = 16;            // of any decoded picture buffer (A.4.2)

// The raster position of the i-th coefficient of an up-right diagonal scan of a square block
// (6.5.3): along the anti-diagonals, each from its lower left end.
template <int kSide>
struct UpRightDiagonal {
  uint8_t raster[kSide * kSide] = {};
  constexpr UpRightDiagonal() {
    int count = 0;
    for (int diagonal = 0; diagonal < 2 * kSide - 1; ++diagonal) {
      for (int x = std::max(0, diagonal - kSide + 1); x <= std::min(diagonal, kSide - 1); ++x) {
        raster[count++] = static_cast<uint8_t>((diagonal - x) * kSide + x);
      }
    }
  }
};
constexpr UpRightDiagonal<4> kDiagonal4;
constexpr UpRightDiagonal<8> kDiagonal8;

// A flag that is a bit field in VA-API.
void WriteFlag(uint32_t flag, NalWriter* nal) { nal->Flag(flag != 0); }

void WriteProfileTierLevel(NalWriter* nal) {
  nal->U(2, 0);      // general_profile_space
  nal->Flag(false);  // general_tier_flag
  nal->U(5, kMainProfile);
  nal->U(32, kMainAndMain10);
  nal->Flag(true);   // general_progressive_source_flag
  nal->Flag(false);  // general_interlaced_source_flag
  nal->Flag(false);  // general_non_packed_constraint_flag
  nal->Flag(true);   // general_frame_only_constraint_flag
  nal->U(32, 0);     // 43 bits that say nothing of Main, and general_inbld_flag
  nal->U(12, 0);
  nal->U(8, kLevel);
}

// Nothing is ever reordered: a driver takes pictures when they are decoded.
void WritePictureBuffering(NalWriter* nal) {
  nal->Flag(true);            // sub_layer_ordering_info_present_flag
  nal->Ue(kMaxPictures - 1);  // max_dec_pic_buffering_minus1
  nal->Ue(0);                 // max_num_reorder_pics
  nal->Ue(0);                 // max_latency_increase_plus1
}

void WritePcm(const VAPictureParameterBufferHEVC& picture, NalWriter* nal) {
  const auto& fields = picture.pic_fields.bits;
  WriteFlag(fields.pcm_enabled_flag, nal);
  if (!fields.pcm_enabled_flag) return;
  nal->U(4, picture.pcm_sample_bit_depth_luma_minus1);
  nal->U(4, picture.pcm_sample_bit_depth_chroma_minus1);
  nal->Ue(picture.log2_min_pcm_luma_coding_block_size_minus3);
  nal->Ue(picture.log2_diff_max_min_pcm_luma_coding_block_size);
  WriteFlag(fields.pcm_loop_filter_disabled_flag, nal);
}

void WriteTiles(const VAPictureParameterBufferHEVC& picture, NalWriter* nal) {
  const unsigned columns = picture.num_tile_columns_minus1;
  const unsigned rows = picture.num_tile_rows_minus1;
  nal->Ue(columns);
  nal->Ue(rows);
  nal->Flag(false);  // uniform_spacing_flag: VA-API has the sizes themselves
  for (unsigned i = 0; i < columns; ++i) nal->Ue(picture.column_width_minus1[i]);
  for (unsigned i = 0; i < rows; ++i) nal->Ue(picture.row_height_minus1[i]);
  WriteFlag(picture.pic_fields.bits.loop_filter_across_tiles_enabled_flag, nal);
}

// One list of scaling_list_data() (7.3.4), from VA's raster order, always in full.
void WriteScalingList(std::span<const uint8_t> list, std::optional<uint8_t> dc, NalWriter* nal) {
  nal->Flag(true);  // scaling_list_pred_mode_flag
  uint8_t last = 8;
  if (dc) {
    nal->Se(*dc - 8);  // scaling_list_dc_coef_minus8
    last = *dc;
  }
  const std::span<const uint8_t> scan = list.size() == std::size(kDiagonal4.raster)
                                            ? std::span<const uint8_t>(kDiagonal4.raster)
                                            : kDiagonal8.raster;
  for (const uint8_t at : scan) {
    nal->Se(static_cast<int8_t>(list[at] - last));  // scaling_list_delta_coef, modulo 256
    last = list[at];
  }
}

void WriteMatrices(const VAIQMatrixBufferHEVC& lists, NalWriter* nal) {
  for (const auto& list : lists.ScalingList4x4) WriteScalingList(list, std::nullopt, nal);
  for (const auto& list : lists.ScalingList8x8) WriteScalingList(list, std::nullopt, nal);
  for (int i = 0; i < 6; ++i) {
    WriteScalingList(lists.ScalingList16x16[i], lists.ScalingListDC16x16[i], nal);
  }
  for (int i = 0; i < 2; ++i) {
    WriteScalingList(lists.ScalingList32x32[i], lists.ScalingListDC32x32[i], nal);
  }
}

void WriteQuantization(const VAPictureParameterBufferHEVC& picture, NalWriter* nal) {
  const auto& fields = picture.pic_fields.bits;
  nal->Se(picture.init_qp_minus26);
  WriteFlag(fields.constrained_intra_pred_flag, nal);
  WriteFlag(fields.transform_skip_enabled_flag, nal);
  WriteFlag(fields.cu_qp_delta_enabled_flag, nal);
  if (fields.cu_qp_delta_enabled_flag) nal->Ue(picture.diff_cu_qp_delta_depth);
  nal->Se(picture.pps_cb_qp_offset);
  nal->Se(picture.pps_cr_qp_offset);
  nal->Flag(true);  // pps_slice_chroma_qp_offsets_present_flag
}

void WriteLoopFilter(const VAPictureParameterBufferHEVC& picture, NalWriter* nal) {
  WriteFlag(picture.pic_fields.bits.pps_loop_filter_across_slices_enabled_flag, nal);
  nal->Flag(true);   // deblocking_filter_control_present_flag
  nal->Flag(true);   // deblocking_filter_override_enabled_flag
  nal->Flag(false);  // pps_deblocking_filter_disabled_flag
  nal->Se(0);        // pps_beta_offset_div2
  nal->Se(0);        // pps_tc_offset_div2
}

}  // namespace

std::vector<uint8_t> WriteHevcVideoSet() {
  NalWriter nal = BeginHevcNal(HevcNalType::kVideoSet);
  nal.U(4, 0);     // vps_video_parameter_set_id
  nal.U(2, 3);     // the base layer is there, and in the stream itself
  nal.U(6, 0);     // vps_max_layers_minus1
  nal.U(3, 0);     // vps_max_sub_layers_minus1
  nal.Flag(true);  // vps_temporal_id_nesting_flag
  nal.U(16, 0xFFFF);
  WriteProfileTierLevel(&nal);
  WritePictureBuffering(&nal);
  nal.U(6, 0);      // vps_max_layer_id
  nal.Ue(0);        // vps_num_layer_sets_minus1
  nal.Flag(false);  // vps_timing_info_present_flag
  nal.Flag(false);  // vps_extension_flag
  return nal.Finish();
}

std::vector<uint8_t> WriteHevcSequenceSet(const VAPictureParameterBufferHEVC& picture) {
  const auto& fields = picture.pic_fields.bits;
  NalWriter nal = BeginHevcNal(HevcNalType::kSequenceSet);
  nal.U(4, 0);     // sps_video_parameter_set_id
  nal.U(3, 0);     // sps_max_sub_layers_minus1
  nal.Flag(true);  // sps_temporal_id_nesting_flag
  WriteProfileTierLevel(&nal);
  nal.Ue(0);  // sps_seq_parameter_set_id
  nal.Ue(fields.chroma_format_idc);
  nal.Ue(picture.pic_width_in_luma_samples);
  nal.Ue(picture.pic_height_in_luma_samples);
  nal.Flag(false);  // conformance_window_flag
  nal.Ue(picture.bit_depth_luma_minus8);
  nal.Ue(picture.bit_depth_chroma_minus8);
  nal.Ue(kHevcOrderBits - 4);  // log2_max_pic_order_cnt_lsb_minus4
  WritePictureBuffering(&nal);
  nal.Ue(picture.log2_min_luma_coding_block_size_minus3);
  nal.Ue(picture.log2_diff_max_min_luma_coding_block_size);
  nal.Ue(picture.log2_min_transform_block_size_minus2);
  nal.Ue(picture.log2_diff_max_min_transform_block_size);
  nal.Ue(picture.max_transform_hierarchy_depth_inter);
  nal.Ue(picture.max_transform_hierarchy_depth_intra);
  WriteFlag(fields.scaling_list_enabled_flag, &nal);
  if (fields.scaling_list_enabled_flag) nal.Flag(false);  // data: in the PPS
  WriteFlag(fields.amp_enabled_flag, &nal);
  nal.Flag(true);  // sample_adaptive_offset_enabled_flag
  WritePcm(picture, &nal);
  nal.Ue(0);       // num_short_term_ref_pic_sets
  nal.Flag(true);  // long_term_ref_pics_present_flag
  nal.Ue(0);       // num_long_term_ref_pics_sps
  nal.Flag(true);  // sps_temporal_mvp_enabled_flag
  WriteFlag(fields.strong_intra_smoothing_enabled_flag, &nal);
  nal.Flag(false);  // vui_parameters_present_flag
  nal.Flag(false);  // sps_extension_present_flag
  return nal.Finish();
}

std::vector<uint8_t> WriteHevcPictureSet(const VAPictureParameterBufferHEVC& picture,
                                         const VAIQMatrixBufferHEVC* matrices) {
  const auto& fields = picture.pic_fields.bits;
  NalWriter nal = BeginHevcNal(HevcNalType::kPictureSet);
  nal.Ue(0);       // pps_pic_parameter_set_id
  nal.Ue(0);       // pps_seq_parameter_set_id
  nal.Flag(true);  // dependent_slice_segments_enabled_flag
  nal.Flag(true);  // output_flag_present_flag
  nal.U(3, 0);     // num_extra_slice_header_bits
  WriteFlag(fields.sign_data_hiding_enabled_flag, &nal);
  nal.Flag(true);  // cabac_init_present_flag
  nal.Ue(0);       // num_ref_idx_l0_default_active_minus1
  nal.Ue(0);       // num_ref_idx_l1_default_active_minus1
  WriteQuantization(picture, &nal);
  WriteFlag(fields.weighted_pred_flag, &nal);
  WriteFlag(fields.weighted_bipred_flag, &nal);
  WriteFlag(fields.transquant_bypass_enabled_flag, &nal);
  WriteFlag(fields.tiles_enabled_flag, &nal);
  WriteFlag(fields.entropy_coding_sync_enabled_flag, &nal);
  if (fields.tiles_enabled_flag) WriteTiles(picture, &nal);
  WriteLoopFilter(picture, &nal);
  const bool lists = fields.scaling_list_enabled_flag != 0 && matrices != nullptr;
  nal.Flag(lists);  // pps_scaling_list_data_present_flag
  if (lists) WriteMatrices(*matrices, &nal);
  nal.Flag(true);  // lists_modification_present_flag
  nal.Ue(picture.log2_parallel_merge_level_minus2);
  nal.Flag(false);  // slice_segment_header_extension_present_flag
  nal.Flag(false);  // pps_extension_present_flag
  return nal.Finish();
}

}  // namespace softva
