// SPDX-License-Identifier: Apache-2.0
#include "softva/decode/av1_global_motion.h"

#include <cstdlib>
#include <cstring>
#include <type_traits>

namespace softva {
namespace {

constexpr int32_t kOne = 1 << 16;  // WARPEDMODEL_PREC_BITS

// How one parameter is coded: gm_params = (code << shift) + offset, |code| <= limit.
struct ParameterCode {
  int limit;
  int shift;
  int32_t offset;
};

ParameterCode CodeOf(VAAV1TransformationType type, int index, bool high_precision) {
  if (index >= 2) return {1 << 12, 1, index == 2 || index == 5 ? kOne : 0};
  if (type != VAAV1TransformationTranslation) return {1 << 12, 10, 0};
  return high_precision ? ParameterCode{1 << 9, 13, 0} : ParameterCode{1 << 8, 14, 0};
}

// A program's memory may hold any number there, which an enum can't.
bool HasType(const VAWarpedMotionParamsAV1& motion) {
  std::underlying_type_t<VAAV1TransformationType> type;
  std::memcpy(&type, &motion.wmtype, sizeof type);
  return type < VAAV1TransformationCount;
}

bool IsHighPrecision(const VADecPictureParameterBufferAV1& picture) {
  return picture.pic_info_fields.bits.allow_high_precision_mv != 0;
}

// The parameters that a type codes, in the order of the syntax. Ends with -1.
std::array<int, 7> CodedParameters(VAAV1TransformationType type) {
  switch (type) {
    case VAAV1TransformationTranslation:
      return {0, 1, -1};
    case VAAV1TransformationRotzoom:
      return {2, 3, 0, 1, -1};
    case VAAV1TransformationAffine:
      return {2, 3, 4, 5, 0, 1, -1};
    default:
      return {-1};
  }
}

// The inverse of inverse_recenter(): small codes for values near the reference.
uint32_t Recenter(uint32_t reference, uint32_t value) {
  if (value > 2 * reference) return value;
  if (value >= reference) return 2 * (value - reference);
  return 2 * (reference - value) - 1;
}

// decode_subexp( numSyms ), the other way round.
void WriteSubexp(uint32_t symbols, uint32_t value, Av1BitWriter& out) {
  uint32_t start = 0;
  for (int i = 0;; ++i) {
    const int width = i == 0 ? 3 : 3 + i - 1;
    const uint32_t count = uint32_t{1} << width;
    if (symbols <= start + 3 * count) {
      out.NonSymmetric(symbols - start, value - start);
      return;
    }
    const bool more = value >= start + count;
    out.Flag(more);
    if (!more) {
      out.Bits(width, value - start);
      return;
    }
    start += count;
  }
}

// decode_signed_subexp_with_ref( -limit, limit + 1, reference ), the other way round.
void WriteNear(int limit, int reference, int value, Av1BitWriter& out) {
  const auto symbols = static_cast<uint32_t>(2 * limit + 1);
  const auto from = static_cast<uint32_t>(reference + limit);
  const auto to = static_cast<uint32_t>(value + limit);
  if (2 * from <= symbols) {
    WriteSubexp(symbols, Recenter(from, to), out);
  } else {
    WriteSubexp(symbols, Recenter(symbols - 1 - from, symbols - 1 - to), out);
  }
}

void WriteType(VAAV1TransformationType type, Av1BitWriter& out) {
  out.Flag(type != VAAV1TransformationIdentity);  // is_global
  if (type == VAAV1TransformationIdentity) return;
  out.Flag(type == VAAV1TransformationRotzoom);  // is_rot_zoom
  if (type == VAAV1TransformationRotzoom) return;
  out.Flag(type == VAAV1TransformationTranslation);  // is_translation
}

}  // namespace

Av1GlobalMotion Av1IdentityMotion() {
  Av1GlobalMotion motion{};
  for (auto& parameters : motion) parameters[2] = parameters[5] = kOne;
  return motion;
}

Av1GlobalMotion Av1FrameMotion(const VADecPictureParameterBufferAV1& picture) {
  Av1GlobalMotion motion = Av1IdentityMotion();
  if ((picture.pic_info_fields.bits.frame_type & 1) == 0) return motion;
  for (size_t i = 0; i < motion.size(); ++i) {
    const auto& wm = picture.wm[i];
    for (const int index : CodedParameters(wm.wmtype)) {
      if (index < 0) break;
      motion[i][index] = wm.wmmat[index];
    }
    if (wm.wmtype == VAAV1TransformationRotzoom) {
      motion[i][4] = -motion[i][3];
      motion[i][5] = motion[i][2];
    }
  }
  return motion;
}

bool Av1MotionIsCodable(const VADecPictureParameterBufferAV1& picture) {
  for (const auto& wm : picture.wm) {
    if (!HasType(wm)) return false;
    for (const int index : CodedParameters(wm.wmtype)) {
      if (index < 0) break;
      const auto [limit, shift, offset] = CodeOf(wm.wmtype, index, IsHighPrecision(picture));
      const int64_t scaled = int64_t{wm.wmmat[index]} - offset;
      if (std::abs(scaled) > int64_t{limit} << shift) return false;
      if ((scaled & ((1 << shift) - 1)) != 0) return false;
    }
  }
  return true;
}

void WriteAv1GlobalMotion(const VADecPictureParameterBufferAV1& picture,
                          const Av1GlobalMotion& base, Av1BitWriter& out) {
  for (size_t i = 0; i < base.size(); ++i) {
    const auto& wm = picture.wm[i];
    WriteType(wm.wmtype, out);
    for (const int index : CodedParameters(wm.wmtype)) {
      if (index < 0) break;
      const auto [limit, shift, offset] = CodeOf(wm.wmtype, index, IsHighPrecision(picture));
      WriteNear(limit, (base[i][index] - offset) >> shift, (wm.wmmat[index] - offset) >> shift,
                out);
    }
  }
}

}  // namespace softva
