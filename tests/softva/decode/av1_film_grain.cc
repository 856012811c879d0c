// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_film_grain.h"

#include <cstdint>
#include <span>

namespace softva {
namespace {

constexpr int kInterFrame = 1;
constexpr int kMaxLumaPoints = 14;
constexpr int kMaxChromaPoints = 10;

void WritePoints(int count, const uint8_t* values, const uint8_t* scaling, Av1BitWriter& out) {
  out.Bits(4, static_cast<uint32_t>(count));
  for (int i = 0; i < count; ++i) {
    out.Bits(8, values[i]);
    out.Bits(8, scaling[i]);
  }
}

// ar_coeffs_*_plus_128
void WriteCoefficients(std::span<const int8_t> coefficients, Av1BitWriter& out) {
  for (const int8_t coefficient : coefficients) {
    out.Bits(8, static_cast<uint32_t>(coefficient + 128));
  }
}

void WriteChromaMix(uint8_t multiplier, uint8_t luma_multiplier, uint16_t offset,
                    Av1BitWriter& out) {
  out.Bits(8, multiplier);
  out.Bits(8, luma_multiplier);
  out.Bits(9, offset);
}

bool HasChromaPoints(const VADecPictureParameterBufferAV1& picture) {
  const auto& grain = picture.film_grain_info;
  return picture.seq_info_fields.fields.mono_chrome == 0 &&
         grain.film_grain_info_fields.bits.chroma_scaling_from_luma == 0 && grain.num_y_points != 0;
}

void WriteScaling(const VADecPictureParameterBufferAV1& picture, Av1BitWriter& out) {
  const auto& grain = picture.film_grain_info;
  WritePoints(grain.num_y_points, grain.point_y_value, grain.point_y_scaling, out);
  if (picture.seq_info_fields.fields.mono_chrome == 0) {
    out.Flag(grain.film_grain_info_fields.bits.chroma_scaling_from_luma != 0);
  }
  if (HasChromaPoints(picture)) {
    WritePoints(grain.num_cb_points, grain.point_cb_value, grain.point_cb_scaling, out);
    WritePoints(grain.num_cr_points, grain.point_cr_value, grain.point_cr_scaling, out);
  }
}

}  // namespace

bool Av1FilmGrainIsCodable(const VADecPictureParameterBufferAV1& picture) {
  const auto& grain = picture.film_grain_info;
  return grain.num_y_points <= kMaxLumaPoints && grain.num_cb_points <= kMaxChromaPoints &&
         grain.num_cr_points <= kMaxChromaPoints;
}

void WriteAv1FilmGrain(const VADecPictureParameterBufferAV1& picture, Av1BitWriter& out) {
  const auto& grain = picture.film_grain_info;
  const auto& fields = grain.film_grain_info_fields.bits;
  out.Flag(fields.apply_grain != 0);
  if (fields.apply_grain == 0) return;
  out.Bits(16, grain.grain_seed);
  if (picture.pic_info_fields.bits.frame_type == kInterFrame) out.Flag(true);  // update_grain
  WriteScaling(picture, out);
  out.Bits(2, fields.grain_scaling_minus_8);
  out.Bits(2, fields.ar_coeff_lag);
  const bool has_luma = grain.num_y_points != 0;
  const bool has_cb = HasChromaPoints(picture) && grain.num_cb_points != 0;
  const bool has_cr = HasChromaPoints(picture) && grain.num_cr_points != 0;
  const size_t positions = 2 * fields.ar_coeff_lag * (fields.ar_coeff_lag + 1);
  const size_t chroma_positions = positions + (has_luma ? 1 : 0);
  const bool from_luma = fields.chroma_scaling_from_luma != 0;
  if (has_luma) WriteCoefficients({grain.ar_coeffs_y, positions}, out);
  if (has_cb || from_luma) WriteCoefficients({grain.ar_coeffs_cb, chroma_positions}, out);
  if (has_cr || from_luma) WriteCoefficients({grain.ar_coeffs_cr, chroma_positions}, out);
  out.Bits(2, fields.ar_coeff_shift_minus_6);
  out.Bits(2, fields.grain_scale_shift);
  if (has_cb) WriteChromaMix(grain.cb_mult, grain.cb_luma_mult, grain.cb_offset, out);
  if (has_cr) WriteChromaMix(grain.cr_mult, grain.cr_luma_mult, grain.cr_offset, out);
  out.Flag(fields.overlap_flag != 0);
  out.Flag(fields.clip_to_restricted_range != 0);
}

}  // namespace softva
