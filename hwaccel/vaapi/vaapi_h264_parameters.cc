// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_h264_parameters.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <iterator>

#include "codecs/video_encoder_limits.h"

namespace continuo {
namespace {

static_assert(offsetof(MiscParameter<VAEncMiscParameterBufferROI>, value) ==
              offsetof(VAEncMiscParameterBuffer, data));

constexpr uint32_t kBufferMilliseconds = 500;

VAPictureH264 NoPicture() {
  VAPictureH264 picture{};
  picture.picture_id = VA_INVALID_SURFACE;
  picture.flags = VA_PICTURE_H264_INVALID;
  return picture;
}

VAPictureH264 PictureOf(const H264Picture& picture, VASurfaceID surface) {
  VAPictureH264 described{};
  described.picture_id = surface;
  described.frame_idx = picture.frame_num();
  described.flags = VA_PICTURE_H264_SHORT_TERM_REFERENCE;
  described.TopFieldOrderCnt = picture.pic_order_cnt();
  described.BottomFieldOrderCnt = picture.pic_order_cnt();
  return described;
}

VAPictureH264 Previous(const H264Picture& picture, VASurfaceID surface) {
  if (picture.idr) return NoPicture();
  return PictureOf({.idr = false, .number = picture.number - 1}, surface);
}

template <typename T>
MiscParameter<T> Misc(VAEncMiscParameterType type, const T& value) {
  return {type, std::bit_cast<std::array<uint8_t, sizeof(T)>>(value)};
}

}  // namespace

VAEncSequenceParameterBufferH264 SequenceParameters(const H264Sequence& sequence, DataRate rate) {
  VAEncSequenceParameterBufferH264 p{};
  p.level_idc = static_cast<uint8_t>(sequence.level_idc);
  // Key frames come when we say so, per picture; drivers' rate control wants some period.
  constexpr uint32_t kLongPeriod = 2048;
  p.intra_period = kLongPeriod;
  p.intra_idr_period = kLongPeriod;
  p.ip_period = 1;
  p.bits_per_second = static_cast<uint32_t>(rate.bps());
  p.max_num_ref_frames = 1;
  p.picture_width_in_mbs = static_cast<uint16_t>(sequence.macroblocks.width);
  p.picture_height_in_mbs = static_cast<uint16_t>(sequence.macroblocks.height);
  p.seq_fields.bits.chroma_format_idc = 1;
  p.seq_fields.bits.frame_mbs_only_flag = 1;
  p.seq_fields.bits.direct_8x8_inference_flag = 1;
  p.seq_fields.bits.log2_max_frame_num_minus4 = kLog2MaxFrameNum - 4;
  p.seq_fields.bits.pic_order_cnt_type = 0;
  p.seq_fields.bits.log2_max_pic_order_cnt_lsb_minus4 = kLog2MaxPicOrderCnt - 4;
  const int right = sequence.macroblocks.width * 16 - sequence.size.width;
  const int bottom = sequence.macroblocks.height * 16 - sequence.size.height;
  p.frame_cropping_flag = right > 0 || bottom > 0 ? 1 : 0;
  p.frame_crop_right_offset = static_cast<uint32_t>(right / 2);
  p.frame_crop_bottom_offset = static_cast<uint32_t>(bottom / 2);
  p.vui_parameters_present_flag = 1;
  p.vui_fields.bits.timing_info_present_flag = 1;
  p.vui_fields.bits.bitstream_restriction_flag = 1;
  p.vui_fields.bits.log2_max_mv_length_horizontal = 15;
  p.vui_fields.bits.log2_max_mv_length_vertical = 15;
  p.vui_fields.bits.fixed_frame_rate_flag = 1;
  p.vui_fields.bits.motion_vectors_over_pic_boundaries_flag = 1;
  p.num_units_in_tick = 1;
  p.time_scale = 2 * static_cast<uint32_t>(sequence.frames_per_second);
  return p;
}

VAEncPictureParameterBufferH264 PictureParameters(const H264Picture& picture,
                                                  const H264Surfaces& surfaces) {
  VAEncPictureParameterBufferH264 p{};
  p.CurrPic = PictureOf(picture, surfaces.current);
  std::fill(std::begin(p.ReferenceFrames), std::end(p.ReferenceFrames), NoPicture());
  p.ReferenceFrames[0] = Previous(picture, surfaces.previous);
  p.coded_buf = surfaces.coded;
  p.frame_num = static_cast<uint16_t>(picture.frame_num());
  p.pic_init_qp = kInitialQp;
  p.pic_fields.bits.idr_pic_flag = picture.idr ? 1 : 0;
  p.pic_fields.bits.reference_pic_flag = 1;
  p.pic_fields.bits.deblocking_filter_control_present_flag = 1;
  return p;
}

VAEncSliceParameterBufferH264 SliceParameters(const H264Sequence& sequence,
                                              const H264Picture& picture,
                                              const H264Surfaces& surfaces) {
  constexpr uint8_t kP = 0;
  constexpr uint8_t kI = 2;
  VAEncSliceParameterBufferH264 p{};
  p.num_macroblocks = static_cast<uint32_t>(sequence.macroblocks.area());
  p.macroblock_info = VA_INVALID_ID;
  p.slice_type = picture.idr ? kI : kP;
  p.idr_pic_id = static_cast<uint16_t>(picture.idr_id);
  p.pic_order_cnt_lsb = static_cast<uint16_t>(picture.pic_order_cnt_lsb());
  std::fill(std::begin(p.RefPicList0), std::end(p.RefPicList0), NoPicture());
  std::fill(std::begin(p.RefPicList1), std::end(p.RefPicList1), NoPicture());
  p.RefPicList0[0] = Previous(picture, surfaces.previous);
  return p;
}

MiscParameter<VAEncMiscParameterRateControl> RateParameters(DataRate rate) {
  VAEncMiscParameterRateControl p{};
  p.bits_per_second = static_cast<uint32_t>(rate.bps());
  p.target_percentage = 100;
  p.window_size = kBufferMilliseconds;
  // Filler up to the rate is of no use to anybody here.
  p.rc_flags.bits.disable_bit_stuffing = 1;
  return Misc(VAEncMiscParameterTypeRateControl, p);
}

MiscParameter<VAEncMiscParameterHRD> HrdParameters(DataRate rate) {
  VAEncMiscParameterHRD p{};
  p.buffer_size = static_cast<uint32_t>(rate.bps() * kBufferMilliseconds / 1000);
  p.initial_buffer_fullness = p.buffer_size * 3 / 4;
  return Misc(VAEncMiscParameterTypeHRD, p);
}

MiscParameter<VAEncMiscParameterFrameRate> FrameRateParameters(int frames_per_second) {
  VAEncMiscParameterFrameRate p{};
  p.framerate = static_cast<uint32_t>(frames_per_second);  // the upper half is 0: of one
  return Misc(VAEncMiscParameterTypeFrameRate, p);
}

MiscParameter<VAEncMiscParameterRIR> IntraRefreshParameters(const H264Sequence& sequence,
                                                            const H264Picture& picture, int sweep) {
  const int columns = sequence.macroblocks.width;
  const int at_once = (columns + sweep - 1) / sweep;
  const int steps = (columns + at_once - 1) / at_once;
  const int step = static_cast<int>(picture.number % static_cast<uint32_t>(steps));
  VAEncMiscParameterRIR p{};
  p.rir_flags.bits.enable_rir_column = 1;
  const int first = step * at_once;
  p.intra_insertion_location = static_cast<uint16_t>(first);
  p.intra_insert_size = static_cast<uint16_t>(std::min(at_once, columns - first));
  return Misc(VAEncMiscParameterTypeRIR, p);
}

MiscParameter<VAEncMiscParameterBufferROI> RegionParameters(std::span<VAEncROI> regions) {
  VAEncMiscParameterBufferROI p{};
  p.num_roi = static_cast<uint32_t>(regions.size());
  p.max_delta_qp = kMaxQpDelta;
  p.min_delta_qp = -kMaxQpDelta;
  p.roi = regions.data();
  p.roi_flags.bits.roi_value_is_qp_delta = 1;
  return Misc(VAEncMiscParameterTypeROI, p);
}

}  // namespace continuo
