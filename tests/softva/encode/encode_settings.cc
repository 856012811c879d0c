// SPDX-License-Identifier: Apache-2.0
#include "softva/encode/encode_settings.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>

#include "softva/core/capabilities.h"

namespace softva {
namespace {

constexpr int kSliceB = 1, kSliceI = 2;  // slice_type modulo 5

// What a VAEncMiscParameterBuffer holds, copied: it lies four bytes into it, which isn't where a
// structure with pointers may lie. Nothing where the buffer is too small for a T.
template <class T>
std::optional<T> MiscAs(const Parameters& parameters) {
  constexpr size_t kHeader = offsetof(VAEncMiscParameterBuffer, data);
  if (parameters.bytes.size() < kHeader + sizeof(T)) return std::nullopt;
  T misc;
  std::memcpy(&misc, parameters.bytes.data() + kHeader, sizeof(T));
  return misc;
}

}  // namespace

bool EncodeReader::Read(const Parameters& parameters) {
  switch (parameters.type) {
    case VAEncSequenceParameterBufferType: {
      const auto* sequence = parameters.As<VAEncSequenceParameterBufferH264>();
      if (sequence != nullptr) ReadSequence(*sequence);
      return sequence != nullptr;
    }
    case VAEncPictureParameterBufferType: {
      const auto* picture = parameters.As<VAEncPictureParameterBufferH264>();
      if (picture != nullptr) ReadPicture(*picture);
      return picture != nullptr;
    }
    case VAEncSliceParameterBufferType: {
      const auto* slice = parameters.As<VAEncSliceParameterBufferH264>();
      if (slice != nullptr && !has_slice_) ReadSlice(*slice);
      return slice != nullptr;
    }
    case VAEncMiscParameterBufferType:
      return ReadMisc(parameters);
    // Not offered, but libmfx-gen sends them all the same; x264 writes its own.
    case VAEncPackedHeaderParameterBufferType:
    case VAEncPackedHeaderDataBufferType:
      return true;
    default:
      return false;
  }
}

void EncodeReader::ReadSequence(const VAEncSequenceParameterBufferH264& sequence) {
  settings_->width = 16 * sequence.picture_width_in_mbs;
  settings_->height = 16 * sequence.picture_height_in_mbs;
  if (sequence.frame_cropping_flag != 0) {  // in units of two samples: 4:2:0, frames only
    settings_->width -=
        static_cast<int>(2 * (sequence.frame_crop_left_offset + sequence.frame_crop_right_offset));
    settings_->height -=
        static_cast<int>(2 * (sequence.frame_crop_top_offset + sequence.frame_crop_bottom_offset));
  }
  if (settings_->bits_per_second == 0) settings_->bits_per_second = sequence.bits_per_second;
}

void EncodeReader::ReadPicture(const VAEncPictureParameterBufferH264& picture) {
  has_picture_ = true;
  // As with Intel's driver, which begins its picture anew: what came before it is forgotten.
  request_->regions.clear();
  settings_->refreshed_columns = 0;
  request_->idr = picture.pic_fields.bits.idr_pic_flag != 0;
  request_->qp = picture.pic_init_qp;
  request_->reconstructed = picture.CurrPic.picture_id;
  request_->coded = picture.coded_buf;
  settings_->cabac = picture.pic_fields.bits.entropy_coding_mode_flag != 0;
  settings_->transform_8x8 = picture.pic_fields.bits.transform_8x8_mode_flag != 0;
}

void EncodeReader::ReadSlice(const VAEncSliceParameterBufferH264& slice) {
  has_slice_ = true;
  request_->intra = slice.slice_type % 5 == kSliceI;
  request_->qp += slice.slice_qp_delta;  // the picture's parameters come first
  if (!request_->intra) request_->reference = slice.RefPicList0[0].picture_id;
  settings_->deblocking = slice.disable_deblocking_filter_idc != 1;
  has_b_slices_ = slice.slice_type % 5 == kSliceB;
}

void EncodeReader::ReadRateControl(const VAEncMiscParameterRateControl& rate) {
  settings_->bits_per_second = rate.bits_per_second;
  // "In CBR mode this value is ignored (treated as 100%)." (va.h)
  const bool vbr = settings_->rate_control == VA_RC_VBR && rate.target_percentage != 0;
  settings_->target_percentage = vbr ? std::min(rate.target_percentage, 100U) : 100;
  settings_->initial_qp = rate.initial_qp;
  settings_->min_qp = rate.min_qp;
  settings_->max_qp = rate.max_qp;
}

// The array is the program's: it is read at vaRenderPicture, when it is still there.
void EncodeReader::ReadRegions(const VAEncMiscParameterBufferROI& regions) {
  const uint32_t count = std::min<uint32_t>(regions.num_roi, kMaxRegionsOfInterest);
  request_->regions.assign(regions.roi, regions.roi + (regions.roi == nullptr ? 0 : count));
  const bool bounded =
      settings_->rate_control != VA_RC_CQP && regions.min_delta_qp < regions.max_delta_qp;
  if (!bounded) return;
  for (VAEncROI& region : request_->regions) {
    region.roi_value = std::clamp(region.roi_value, regions.min_delta_qp, regions.max_delta_qp);
  }
}

bool EncodeReader::ReadMisc(const Parameters& parameters) {
  const auto* misc = parameters.As<VAEncMiscParameterBuffer>();
  if (misc == nullptr) return false;
  if (misc->type == VAEncMiscParameterTypeRateControl) {
    const auto rate = MiscAs<VAEncMiscParameterRateControl>(parameters);
    if (rate) ReadRateControl(*rate);
    return rate.has_value();
  }
  if (misc->type == VAEncMiscParameterTypeFrameRate) {
    const auto rate = MiscAs<VAEncMiscParameterFrameRate>(parameters);
    if (!rate || (rate->framerate & 0xffff) == 0) return rate.has_value();
    settings_->frames = rate->framerate & 0xffff;
    settings_->per_seconds = std::max(rate->framerate >> 16, 1U);
    return true;
  }
  if (misc->type == VAEncMiscParameterTypeHRD) {
    const auto hrd = MiscAs<VAEncMiscParameterHRD>(parameters);
    if (hrd) settings_->buffer_bits = hrd->buffer_size;
    return hrd.has_value();
  }
  if (misc->type == VAEncMiscParameterTypeQualityLevel) {
    const auto quality = MiscAs<VAEncMiscParameterBufferQualityLevel>(parameters);
    if (quality) settings_->quality_level = quality->quality_level;
    return quality.has_value();
  }
  if (misc->type == VAEncMiscParameterTypeRIR) {
    const auto refresh = MiscAs<VAEncMiscParameterRIR>(parameters);
    if (!refresh || refresh->rir_flags.bits.enable_rir_row != 0) return false;
    settings_->refreshed_columns = refresh->rir_flags.bits.enable_rir_column == 0
                                       ? 0
                                       : std::max<int>(refresh->intra_insert_size, 1);
    return true;
  }
  if (misc->type == VAEncMiscParameterTypeROI) {
    const auto regions = MiscAs<VAEncMiscParameterBufferROI>(parameters);
    if (regions) ReadRegions(*regions);
    return regions.has_value();
  }
  // Hints that change nothing here; programs send them without asking (libmfx-gen does).
  return true;
}

}  // namespace softva
