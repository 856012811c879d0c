// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "softva/bits/bit_writer.h"

namespace softva {

// nal_unit_type (H.265 table 7-1), those that are written here. A picture that refers to nothing
// begins a sequence, with broken links (BLA_N_LP), which unlike IDR lets it have any picture order
// count; every other one is trailing (TRAIL_R). A decoder skips neither, and may refer to both.
enum class HevcNalType : uint8_t {
  kTrailing = 1,
  kBrokenLink = 18,
  kVideoSet = 32,
  kSequenceSet = 33,
  kPictureSet = 34,
};

// nal_unit_header() (7.3.1.2): forbidden_zero_bit, nal_unit_type (6), nuh_layer_id (6) and
// nuh_temporal_id_plus1 (3).
inline NalWriter BeginHevcNal(HevcNalType type) {
  return NalWriter({static_cast<uint8_t>(static_cast<uint8_t>(type) << 1), 1});
}

}  // namespace softva
