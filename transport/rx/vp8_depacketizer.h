// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "media/encoded_frame.h"

namespace continuo {

// One RTP payload of VP8, without its descriptor. `data` points into the payload given.
struct Vp8Payload {
  bool starts_frame = false;           // S bit set and partition 0
  FrameKind kind = FrameKind::kDelta;  // known on the packet that starts the frame only
  std::optional<uint16_t> picture_id;
  ByteView data;
};

// Reads the payload descriptor of RFC 7741 §4.2. Nothing on what is truncated, empty or, at the
// start of a key frame, lacks the start code of RFC 6386 §9.1.
std::optional<Vp8Payload> ParseVp8Payload(ByteView payload);

}  // namespace continuo
