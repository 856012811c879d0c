// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace continuo {

// What one RTP payload of H.264 holds, read without unpacking it.
struct H264Payload {
  bool has_sps = false;
  bool has_idr = false;  // (part of) an IDR slice
};

// RFC 6184 in packetization modes 0 and 1: single NAL units, STAP-A and FU-A. Nothing on the other
// types (STAP-B, MTAP, FU-B: mode 2, never negotiated) and on what is truncated or empty.
std::optional<H264Payload> ParseH264Payload(ByteView payload);

// Appends the payload's NAL units to an access unit in Annex B, each after a four-byte start code;
// a continued fragment is appended bare. `payload` has passed ParseH264Payload. False, and nothing
// appended, if a fragment arrives outside its unit (`in_fragment` remembers between calls) or a
// unit arrives inside another's fragments.
bool AppendH264Payload(ByteView payload, bool& in_fragment, std::vector<uint8_t>& access_unit);

}  // namespace continuo
