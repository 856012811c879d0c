// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <span>

namespace softva {

// slice_type modulo 5 (H.264 table 7-6).
enum class H264SliceType { kP = 0, kB = 1, kI = 2, kSp = 3, kSi = 4 };

struct H264SliceHeader {
  H264SliceType type = H264SliceType::kI;
  uint32_t picture_set_id = 0;
  bool overrides_reference_counts = false;
};

// The beginning of slice_header() (H.264 7.3.3), up to num_ref_idx_active_override_flag: what a
// slice says that VA-API's parameters don't. `nal` begins at the NAL unit's header byte.
H264SliceHeader ReadSliceHeader(const VAPictureParameterBufferH264& picture,
                                std::span<const uint8_t> nal);

bool IsIdr(std::span<const uint8_t> nal);

}  // namespace softva
