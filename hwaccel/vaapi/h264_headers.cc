// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/h264_headers.h"

#include <algorithm>
#include <cstdint>

namespace continuo {
namespace {

// nal_ref_idc and nal_unit_type, H.264 §7.3.1.
constexpr uint8_t kSpsHeader = 0x67;
constexpr uint8_t kPpsHeader = 0x68;
constexpr uint8_t kIdrSliceHeader = 0x65;
constexpr uint8_t kSliceHeader = 0x41;

// H.264 Table A-1: the columns MaxMBPS, MaxFS and MaxBR, the latter in kbit/s for baseline.
struct Level {
  int idc;
  int64_t macroblocks_per_second;
  int64_t macroblocks;
  int64_t kbps;
};
constexpr Level kLevels[] = {
    {10, 1485, 99, 64},           {11, 3000, 396, 192},          {12, 6000, 396, 384},
    {13, 11880, 396, 768},        {20, 11880, 396, 2000},        {21, 19800, 792, 4000},
    {22, 20250, 1620, 4000},      {30, 40500, 1620, 10000},      {31, 108000, 3600, 14000},
    {32, 216000, 5120, 20000},    {40, 245760, 8192, 20000},     {41, 245760, 8192, 50000},
    {42, 522240, 8704, 50000},    {50, 589824, 22080, 135000},   {51, 983040, 36864, 240000},
    {52, 2073600, 36864, 240000}, {60, 4177920, 139264, 240000},
};

int LevelFor(PixelSize macroblocks, int frames_per_second, DataRate rate) {
  const int64_t area = macroblocks.area();
  const int64_t longest = std::max(macroblocks.width, macroblocks.height);
  for (const Level& level : kLevels) {
    // §A.3.1: no side is longer than sqrt(8 * MaxFS) macroblocks.
    if (area <= level.macroblocks && area * frames_per_second <= level.macroblocks_per_second &&
        rate.kbps() <= level.kbps && longest * longest <= 8 * level.macroblocks) {
      return level.idc;
    }
  }
  return 62;
}

}  // namespace

H264Sequence H264Sequence::Of(const VideoEncoderConfig& config) {
  const PixelSize macroblocks{(config.size.width + 15) / 16, (config.size.height + 15) / 16};
  return {config.size, macroblocks, LevelFor(macroblocks, config.frames_per_second, config.rate),
          config.frames_per_second};
}

// §7.3.2.1.1
BitWriter WriteSps(const H264Sequence& sequence) {
  BitWriter sps(kSpsHeader);
  sps.U(8, 66);    // profile_idc: baseline
  sps.U(8, 0xc0);  // constraint_set0_flag and constraint_set1_flag: constrained
  sps.U(8, static_cast<uint32_t>(sequence.level_idc));
  sps.Ue(0);                        // seq_parameter_set_id
  sps.Ue(kLog2MaxFrameNum - 4);     // log2_max_frame_num_minus4
  sps.Ue(0);                        // pic_order_cnt_type
  sps.Ue(kLog2MaxPicOrderCnt - 4);  // log2_max_pic_order_cnt_lsb_minus4
  sps.Ue(1);                        // max_num_ref_frames
  sps.U(1, 0);                      // gaps_in_frame_num_value_allowed_flag
  sps.Ue(static_cast<uint32_t>(sequence.macroblocks.width - 1));
  sps.Ue(static_cast<uint32_t>(sequence.macroblocks.height - 1));
  sps.U(1, 1);  // frame_mbs_only_flag
  sps.U(1, 1);  // direct_8x8_inference_flag
  const int right = sequence.macroblocks.width * 16 - sequence.size.width;
  const int bottom = sequence.macroblocks.height * 16 - sequence.size.height;
  const bool cropped = right > 0 || bottom > 0;
  sps.U(1, cropped ? 1 : 0);
  if (cropped) {
    sps.Ue(0);
    sps.Ue(static_cast<uint32_t>(right / 2));
    sps.Ue(0);
    sps.Ue(static_cast<uint32_t>(bottom / 2));
  }
  sps.U(1, 1);  // vui_parameters_present_flag
  // §E.1.1. No colour description: what we compose came without one, and whatever a browser takes
  // the sources for it shall take ours for.
  sps.U(4, 0);  // aspect ratio, overscan, video signal type, chroma location
  sps.U(1, 1);  // timing_info_present_flag
  sps.U(32, 1);
  sps.U(32, 2 * static_cast<uint32_t>(sequence.frames_per_second));
  sps.U(1, 1);  // fixed_frame_rate_flag
  sps.U(3, 0);  // NAL HRD, VCL HRD, pic_struct
  sps.U(1, 1);  // bitstream_restriction_flag: that nothing is reordered
  sps.U(1, 1);  // motion_vectors_over_pic_boundaries_flag
  sps.Ue(0);    // max_bytes_per_pic_denom
  sps.Ue(0);    // max_bits_per_mb_denom
  sps.Ue(15);   // log2_max_mv_length_horizontal
  sps.Ue(15);   // log2_max_mv_length_vertical
  sps.Ue(0);    // max_num_reorder_frames
  sps.Ue(1);    // max_dec_frame_buffering
  sps.Finish();
  return sps;
}

// §7.3.2.2
BitWriter WritePps() {
  BitWriter pps(kPpsHeader);
  pps.Ue(0);    // pic_parameter_set_id
  pps.Ue(0);    // seq_parameter_set_id
  pps.U(1, 0);  // entropy_coding_mode_flag: CAVLC
  pps.U(1, 0);  // bottom_field_pic_order_in_frame_present_flag
  pps.Ue(0);    // num_slice_groups_minus1
  pps.Ue(0);    // num_ref_idx_l0_default_active_minus1
  pps.Ue(0);    // num_ref_idx_l1_default_active_minus1
  pps.U(1, 0);  // weighted_pred_flag
  pps.U(2, 0);  // weighted_bipred_idc
  pps.Se(kInitialQp - 26);
  pps.Se(0);    // pic_init_qs_minus26
  pps.Se(0);    // chroma_qp_index_offset
  pps.U(1, 1);  // deblocking_filter_control_present_flag
  pps.U(1, 0);  // constrained_intra_pred_flag
  pps.U(1, 0);  // redundant_pic_cnt_present_flag
  pps.Finish();
  return pps;
}

// §7.3.3. Ends where the driver's slice data begin.
BitWriter WriteSliceHeader(const H264Picture& picture) {
  BitWriter slice(picture.idr ? kIdrSliceHeader : kSliceHeader);
  slice.Ue(0);                    // first_mb_in_slice
  slice.Ue(picture.idr ? 7 : 5);  // slice_type: every slice of the picture is I, or is P
  slice.Ue(0);                    // pic_parameter_set_id
  slice.U(kLog2MaxFrameNum, picture.frame_num());
  if (picture.idr) slice.Ue(picture.idr_id);
  slice.U(kLog2MaxPicOrderCnt, picture.pic_order_cnt_lsb());
  if (!picture.idr) {
    slice.U(1, 0);  // num_ref_idx_active_override_flag
    slice.U(1, 0);  // ref_pic_list_modification_flag_l0
  }
  if (picture.idr) {
    slice.U(1, 0);  // no_output_of_prior_pics_flag
    slice.U(1, 0);  // long_term_reference_flag
  } else {
    slice.U(1, 0);  // adaptive_ref_pic_marking_mode_flag
  }
  slice.Se(0);  // slice_qp_delta: rate control puts its own
  slice.Ue(0);  // disable_deblocking_filter_idc
  slice.Se(0);  // slice_alpha_c0_offset_div2
  slice.Se(0);  // slice_beta_offset_div2
  return slice;
}

}  // namespace continuo
