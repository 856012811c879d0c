// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "media/codec.h"

namespace continuo {

enum class FrameKind : uint8_t { kDelta = 0, kKey = 1 };

// One access unit, whole: a VP8 frame as in RFC 6386, or an H.264 access unit in Annex B with
// four-byte start codes. `payload` is borrowed from whoever assembled it (an assembler's buffer,
// the link's shared memory) and is valid for the call it is passed to.
struct EncodedFrame {
  VideoCodec codec = VideoCodec::kVp8;
  FrameKind kind = FrameKind::kDelta;
  uint32_t rtp_timestamp = 0;  // 90 kHz ticks of the sender's own clock
  Timestamp capture_time;  // on our clock: captured (rendition) or last packet received (sender)
  ByteView payload;
};

// The same, owning its bytes: for queues. Reused, so that a steady stream allocates nothing.
struct OwnedEncodedFrame {
  VideoCodec codec = VideoCodec::kVp8;
  FrameKind kind = FrameKind::kDelta;
  uint32_t rtp_timestamp = 0;
  Timestamp capture_time;
  std::vector<uint8_t> payload;

  void Assign(const EncodedFrame& frame) {
    codec = frame.codec;
    kind = frame.kind;
    rtp_timestamp = frame.rtp_timestamp;
    capture_time = frame.capture_time;
    payload.assign(frame.payload.begin(), frame.payload.end());
  }
  EncodedFrame view() const { return {codec, kind, rtp_timestamp, capture_time, payload}; }
};

}  // namespace continuo
