// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_frame_header.h"

#include <algorithm>
#include <optional>

#include "softva/decode/av1_film_grain.h"
#include "softva/decode/av1_tile_info.h"

namespace softva {
namespace {

using Picture = VADecPictureParameterBufferAV1;

constexpr int kSegments = 8;
constexpr int kSegmentFeatures = 8;
constexpr int kDeltaBits = 7;  // su(1+6), for quantizer and loop filter deltas
constexpr int kSwitchableFilter = 4;
constexpr int kTxModeSelect = 2;
constexpr int kMaxOrderHintBits = 8;

// Segmentation_Feature_Bits and _Signed, AV1 §5.9.14.
struct SegmentFeature {
  int bits;
  bool is_signed;
};
constexpr std::array<SegmentFeature, kSegmentFeatures> kSegmentFeature = {{
    {8, true},
    {6, true},
    {6, true},
    {6, true},
    {6, true},
    {3, false},
    {0, false},
    {0, false},
}};

const auto& SequenceOf(const Picture& picture) { return picture.seq_info_fields.fields; }
const auto& FrameOf(const Picture& picture) { return picture.pic_info_fields.bits; }

bool IsInter(const Picture& picture) { return !IsIntra(FrameTypeOf(picture)); }
bool HasChroma(const Picture& picture) { return SequenceOf(picture).mono_chrome == 0; }
int OrderHintBits(const Picture& picture) {
  return SequenceOf(picture).enable_order_hint != 0 ? picture.order_hint_bits_minus_1 + 1 : 0;
}

bool IsErrorResilient(const Picture& picture) {
  return RefreshesAll(picture) || FrameOf(picture).error_resilient_mode != 0;
}

bool HasDeltas(const Picture& picture) {
  return picture.y_dc_delta_q != 0 || picture.u_dc_delta_q != 0 || picture.u_ac_delta_q != 0 ||
         picture.v_dc_delta_q != 0 || picture.v_ac_delta_q != 0;
}

// CodedLossless of AV1 §5.9.2.
bool IsLossless(const Picture& picture) {
  if (HasDeltas(picture)) return false;
  const auto& segments = picture.seg_info;
  if (segments.segment_info_fields.bits.enabled == 0) return picture.base_qindex == 0;
  for (int i = 0; i < kSegments; ++i) {
    const int delta = (segments.feature_mask[i] & 1) != 0 ? segments.feature_data[i][0] : 0;
    if (std::clamp(picture.base_qindex + delta, 0, 255) != 0) return false;
  }
  return true;
}

void WriteFrameKind(const Picture& picture, Av1BitWriter& out) {
  const auto& frame = FrameOf(picture);
  out.Flag(false);  // show_existing_frame
  out.Bits(2, frame.frame_type);
  out.Flag(frame.show_frame != 0);
  if (frame.show_frame == 0) out.Flag(frame.showable_frame != 0);
  if (!RefreshesAll(picture)) out.Flag(frame.error_resilient_mode != 0);
  out.Flag(frame.disable_cdf_update != 0);
  out.Flag(frame.allow_screen_content_tools != 0);
  if (frame.allow_screen_content_tools != 0) out.Flag(frame.force_integer_mv != 0);
  if (FrameTypeOf(picture) != Av1FrameType::kSwitch) out.Flag(true);  // frame_size_override_flag
  out.Bits(OrderHintBits(picture), picture.order_hint);
  if (IsInter(picture) && !IsErrorResilient(picture)) out.Bits(3, picture.primary_ref_frame);
}

void WriteRefresh(const Picture& picture, const Av1SlotUse& slots, Av1BitWriter& out) {
  if (!RefreshesAll(picture)) out.Bits(8, slots.refresh_frame_flags);
  if (!IsErrorResilient(picture) || OrderHintBits(picture) == 0) return;
  if (!IsInter(picture) && slots.refresh_frame_flags == kAv1RefreshAll) return;
  for (const uint8_t hint : slots.order_hints) out.Bits(OrderHintBits(picture), hint);
}

// frame_size(), superres_params() and render_size()
void WriteSize(const Picture& picture, Av1BitWriter& out) {
  out.Bits(16, picture.frame_width_minus1);
  out.Bits(16, picture.frame_height_minus1);
  out.Flag(FrameOf(picture).use_superres != 0);
  if (FrameOf(picture).use_superres != 0) out.Bits(3, picture.superres_scale_denominator - 9u);
  out.Flag(false);  // render_and_frame_size_different
}

void WriteIntraPart(const Picture& picture, Av1BitWriter& out) {
  WriteSize(picture, out);
  if (FrameOf(picture).allow_screen_content_tools != 0 && FrameOf(picture).use_superres == 0) {
    out.Flag(FrameOf(picture).allow_intrabc != 0);
  }
}

bool AllowsIntraBlockCopy(const Picture& picture) {
  return !IsInter(picture) && FrameOf(picture).allow_screen_content_tools != 0 &&
         FrameOf(picture).use_superres == 0 && FrameOf(picture).allow_intrabc != 0;
}

void WriteInterPart(const Picture& picture, const Av1SlotUse& slots, Av1BitWriter& out) {
  const auto& frame = FrameOf(picture);
  if (OrderHintBits(picture) != 0) out.Flag(false);  // frame_refs_short_signaling
  for (const uint8_t slot : slots.reference_slots) out.Bits(3, slot);
  // frame_size_with_refs(): no found_ref, the size is always spelled out.
  if (!IsErrorResilient(picture)) out.Bits(kAv1ReferencesPerFrame, 0);
  WriteSize(picture, out);
  const bool integer_mv = frame.allow_screen_content_tools != 0 && frame.force_integer_mv != 0;
  if (!integer_mv) out.Flag(frame.allow_high_precision_mv != 0);
  out.Flag(picture.interp_filter == kSwitchableFilter);  // is_filter_switchable
  if (picture.interp_filter != kSwitchableFilter) out.Bits(2, picture.interp_filter);
  out.Flag(frame.is_motion_mode_switchable != 0);
  if (!IsErrorResilient(picture) && OrderHintBits(picture) != 0) {
    out.Flag(frame.use_ref_frame_mvs != 0);
  }
}

// read_delta_q()
void WriteDelta(int delta, Av1BitWriter& out) {
  out.Flag(delta != 0);
  if (delta != 0) out.Signed(kDeltaBits, delta);
}

// quantization_params(); the sequence says separate_uv_delta_q.
void WriteQuantization(const Picture& picture, Av1BitWriter& out) {
  out.Bits(8, picture.base_qindex);
  WriteDelta(picture.y_dc_delta_q, out);
  if (HasChroma(picture)) {
    const bool differ = picture.u_dc_delta_q != picture.v_dc_delta_q ||
                        picture.u_ac_delta_q != picture.v_ac_delta_q;
    out.Flag(differ);
    WriteDelta(picture.u_dc_delta_q, out);
    WriteDelta(picture.u_ac_delta_q, out);
    if (differ) {
      WriteDelta(picture.v_dc_delta_q, out);
      WriteDelta(picture.v_ac_delta_q, out);
    }
  }
  const auto& matrix = picture.qmatrix_fields.bits;
  out.Flag(matrix.using_qmatrix != 0);
  if (matrix.using_qmatrix == 0) return;
  out.Bits(4, matrix.qm_y);
  out.Bits(4, matrix.qm_u);
  if (HasChroma(picture)) out.Bits(4, matrix.qm_v);
}

void WriteSegmentation(const Picture& picture, Av1BitWriter& out) {
  const auto& segments = picture.seg_info;
  const auto& fields = segments.segment_info_fields.bits;
  out.Flag(fields.enabled != 0);
  if (fields.enabled == 0) return;
  if (HasPrimaryReference(picture)) {
    out.Flag(fields.update_map != 0);
    if (fields.update_map != 0) out.Flag(fields.temporal_update != 0);
    out.Flag(true);  // segmentation_update_data
  }
  for (int i = 0; i < kSegments; ++i) {
    for (int j = 0; j < kSegmentFeatures; ++j) {
      const bool enabled = (segments.feature_mask[i] >> j & 1) != 0;
      out.Flag(enabled);
      if (!enabled) continue;
      const auto [bits, is_signed] = kSegmentFeature[j];
      out.Signed(bits + (is_signed ? 1 : 0), segments.feature_data[i][j]);
    }
  }
}

// delta_q_params() and delta_lf_params()
void WriteBlockDeltas(const Picture& picture, Av1BitWriter& out) {
  const auto& modes = picture.mode_control_fields.bits;
  if (picture.base_qindex == 0) return;
  out.Flag(modes.delta_q_present_flag != 0);
  if (modes.delta_q_present_flag == 0) return;
  out.Bits(2, modes.log2_delta_q_res);
  if (AllowsIntraBlockCopy(picture)) return;
  out.Flag(modes.delta_lf_present_flag != 0);
  if (modes.delta_lf_present_flag == 0) return;
  out.Bits(2, modes.log2_delta_lf_res);
  out.Flag(modes.delta_lf_multi != 0);
}

void WriteLoopFilter(const Picture& picture, Av1BitWriter& out) {
  const auto& fields = picture.loop_filter_info_fields.bits;
  for (const uint8_t level : picture.filter_level) out.Bits(6, level);
  if (HasChroma(picture) && (picture.filter_level[0] != 0 || picture.filter_level[1] != 0)) {
    out.Bits(6, picture.filter_level_u);
    out.Bits(6, picture.filter_level_v);
  }
  out.Bits(3, fields.sharpness_level);
  out.Flag(fields.mode_ref_delta_enabled != 0);
  if (fields.mode_ref_delta_enabled == 0) return;
  out.Flag(true);  // loop_filter_delta_update
  for (const int8_t delta : picture.ref_deltas) {
    out.Flag(true);  // update_ref_delta
    out.Signed(kDeltaBits, delta);
  }
  for (const int8_t delta : picture.mode_deltas) {
    out.Flag(true);  // update_mode_delta
    out.Signed(kDeltaBits, delta);
  }
}

// cdef_params(): VA-API packs the strengths as the syntax does, primary before secondary.
void WriteCdef(const Picture& picture, Av1BitWriter& out) {
  out.Bits(2, picture.cdef_damping_minus_3);
  out.Bits(2, picture.cdef_bits);
  for (int i = 0; i < 1 << picture.cdef_bits; ++i) {
    out.Bits(6, picture.cdef_y_strengths[i]);
    if (HasChroma(picture)) out.Bits(6, picture.cdef_uv_strengths[i]);
  }
}

// lr_params(): VA-API gives FrameRestorationType, the syntax has lr_type. AV1 §5.9.20.
void WriteLoopRestoration(const Picture& picture, Av1BitWriter& out) {
  constexpr std::array<uint8_t, 4> kLrType = {0, 2, 3, 1};
  const auto& fields = picture.loop_restoration_fields.bits;
  const bool chroma = HasChroma(picture);
  out.Bits(2, kLrType[fields.yframe_restoration_type]);
  if (chroma) {
    out.Bits(2, kLrType[fields.cbframe_restoration_type]);
    out.Bits(2, kLrType[fields.crframe_restoration_type]);
  }
  const bool uses_chroma =
      chroma && (fields.cbframe_restoration_type != 0 || fields.crframe_restoration_type != 0);
  if (fields.yframe_restoration_type == 0 && !uses_chroma) return;
  if (SequenceOf(picture).use_128x128_superblock != 0) {
    out.Flag(fields.lr_unit_shift == 2);  // lr_unit_shift, incremented afterwards
  } else {
    out.Flag(fields.lr_unit_shift != 0);
    if (fields.lr_unit_shift != 0) out.Flag(fields.lr_unit_shift == 2);  // lr_unit_extra_shift
  }
  if (uses_chroma) out.Flag(fields.lr_uv_shift != 0);
}

void WriteFilters(const Picture& picture, Av1BitWriter& out) {
  if (AllowsIntraBlockCopy(picture)) return;
  const bool lossless = IsLossless(picture);
  if (!lossless) WriteLoopFilter(picture, out);
  if (!lossless && SequenceOf(picture).enable_cdef != 0) WriteCdef(picture, out);
  if (!lossless || FrameOf(picture).use_superres != 0) WriteLoopRestoration(picture, out);
}

int RelativeDistance(const Picture& picture, int a, int b) {
  const int sign = 1 << (OrderHintBits(picture) - 1);
  const int difference = a - b;
  return (difference & (sign - 1)) - (difference & sign);
}

// skipModeAllowed, AV1 §5.9.22: a frame before and one after, or two before.
bool SkipModeIsAllowed(const Picture& picture, const Av1SlotUse& slots) {
  if (!IsInter(picture) || picture.mode_control_fields.bits.reference_select == 0 ||
      OrderHintBits(picture) == 0) {
    return false;
  }
  std::optional<int> nearest_before;
  bool has_after = false;
  for (const uint8_t slot : slots.reference_slots) {
    const int hint = slots.order_hints[slot];
    const int distance = RelativeDistance(picture, hint, picture.order_hint);
    has_after |= distance > 0;
    if (distance < 0 && (!nearest_before || RelativeDistance(picture, hint, *nearest_before) > 0)) {
      nearest_before = hint;
    }
  }
  if (!nearest_before) return false;
  return has_after ||
         std::any_of(slots.reference_slots.begin(), slots.reference_slots.end(), [&](uint8_t slot) {
           return RelativeDistance(picture, slots.order_hints[slot], *nearest_before) < 0;
         });
}

void WriteModes(const Picture& picture, const Av1SlotUse& slots, Av1BitWriter& out) {
  const auto& modes = picture.mode_control_fields.bits;
  if (!IsLossless(picture)) out.Flag(modes.tx_mode == kTxModeSelect);  // tx_mode_select
  if (IsInter(picture)) out.Flag(modes.reference_select != 0);
  if (SkipModeIsAllowed(picture, slots)) out.Flag(modes.skip_mode_present != 0);
  if (IsInter(picture) && !IsErrorResilient(picture)) {
    out.Flag(FrameOf(picture).allow_warped_motion != 0);
  }
  out.Flag(modes.reduced_tx_set_used != 0);
}

bool CarriesFilmGrain(const Picture& picture) {
  return SequenceOf(picture).film_grain_params_present != 0 &&
         (FrameOf(picture).show_frame != 0 || FrameOf(picture).showable_frame != 0);
}

bool SizeIsCodable(const Picture& picture) {
  if (FrameOf(picture).use_superres == 0) return true;
  return picture.superres_scale_denominator >= 9 && picture.superres_scale_denominator <= 16;
}

bool RestorationIsCodable(const Picture& picture) {
  const auto& fields = picture.loop_restoration_fields.bits;
  const bool used = fields.yframe_restoration_type != 0 || fields.cbframe_restoration_type != 0 ||
                    fields.crframe_restoration_type != 0;
  if (!used) return true;
  return fields.lr_unit_shift <= 2 &&
         (SequenceOf(picture).use_128x128_superblock == 0 || fields.lr_unit_shift != 0);
}

}  // namespace

Av1FrameType FrameTypeOf(const Picture& picture) {
  return static_cast<Av1FrameType>(FrameOf(picture).frame_type);
}

bool IsIntra(Av1FrameType type) {
  return type == Av1FrameType::kKey || type == Av1FrameType::kIntraOnly;
}

bool RefreshesAll(const Picture& picture) {
  const Av1FrameType type = FrameTypeOf(picture);
  return type == Av1FrameType::kSwitch ||
         (type == Av1FrameType::kKey && FrameOf(picture).show_frame != 0);
}

bool HasPrimaryReference(const Picture& picture) {
  return IsInter(picture) && !IsErrorResilient(picture) &&
         picture.primary_ref_frame < kAv1NoPrimaryReference;
}

bool Av1PictureIsCodable(const Picture& picture) {
  const auto& sequence = SequenceOf(picture);
  const bool is_420 = sequence.subsampling_x != 0 && sequence.subsampling_y != 0;
  return picture.profile == 0 && picture.bit_depth_idx == 0 && is_420 &&
         FrameOf(picture).large_scale_tile == 0 && OrderHintBits(picture) <= kMaxOrderHintBits &&
         picture.primary_ref_frame <= kAv1NoPrimaryReference && picture.cdef_bits < 4 &&
         picture.interp_filter <= kSwitchableFilter && SizeIsCodable(picture) &&
         RestorationIsCodable(picture) && Av1FilmGrainIsCodable(picture) &&
         (!IsInter(picture) || Av1MotionIsCodable(picture));
}

bool WriteAv1FrameHeader(const Picture& picture, const Av1SlotUse& slots, Av1BitWriter& out) {
  WriteFrameKind(picture, out);
  WriteRefresh(picture, slots, out);
  if (IsInter(picture)) {
    WriteInterPart(picture, slots, out);
  } else {
    WriteIntraPart(picture, out);
  }
  const auto& frame = FrameOf(picture);
  if (frame.disable_cdf_update == 0) out.Flag(frame.disable_frame_end_update_cdf != 0);
  if (!WriteAv1TileInfo(picture, out)) return false;
  WriteQuantization(picture, out);
  WriteSegmentation(picture, out);
  WriteBlockDeltas(picture, out);
  WriteFilters(picture, out);
  WriteModes(picture, slots, out);
  if (IsInter(picture)) WriteAv1GlobalMotion(picture, slots.base_motion, out);
  if (CarriesFilmGrain(picture)) WriteAv1FilmGrain(picture, out);
  return true;
}

}  // namespace softva
