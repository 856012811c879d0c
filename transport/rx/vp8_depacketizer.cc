// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/vp8_depacketizer.h"

// RFC 7741 figure 1:
//
//       0 1 2 3 4 5 6 7
//      +-+-+-+-+-+-+-+-+
//      |X|R|N|S|R| PID | (REQUIRED)
//      +-+-+-+-+-+-+-+-+
// X:   |I|L|T|K|  RSV  | (OPTIONAL)
//      +-+-+-+-+-+-+-+-+
// I:   |M| PictureID   | (OPTIONAL, 7 bits, or 15 when M is set)
//      +-+-+-+-+-+-+-+-+
// L:   |   TL0PICIDX   | (OPTIONAL)
//      +-+-+-+-+-+-+-+-+
// T/K: |TID|Y| KEYIDX  | (OPTIONAL)
//      +-+-+-+-+-+-+-+-+

namespace continuo {
namespace {

constexpr uint8_t kExtended = 0x80;
constexpr uint8_t kStart = 0x10;
constexpr uint8_t kPartitionMask = 0x07;
constexpr uint8_t kHasPictureId = 0x80;
constexpr uint8_t kHasTl0PicIdx = 0x40;
constexpr uint8_t kHasTidOrKeyIdx = 0x30;
constexpr uint8_t kLongPictureId = 0x80;

void ReadExtension(ByteReader& in, Vp8Payload& out) {
  const uint8_t flags = in.U8();
  if (flags & kHasPictureId) {
    const uint8_t first = in.U8();
    out.picture_id = first & 0x7f;
    if (first & kLongPictureId) {
      out.picture_id = static_cast<uint16_t>((first & 0x7f) << 8 | in.U8());
    }
  }
  if (flags & kHasTl0PicIdx) in.Skip(1);
  if (flags & kHasTidOrKeyIdx) in.Skip(1);
}

// RFC 6386 §9.1: a key frame is 3 bytes of tag, the start code, then width and height.
bool IsKeyFrameHeader(ByteView frame) {
  return frame.size() >= 10 && frame[3] == 0x9d && frame[4] == 0x01 && frame[5] == 0x2a;
}

}  // namespace

std::optional<Vp8Payload> ParseVp8Payload(ByteView payload) {
  ByteReader in(payload);
  Vp8Payload out;
  const uint8_t first = in.U8();
  if (first & kExtended) ReadExtension(in, out);
  out.data = in.Rest();
  if (!in.ok() || out.data.empty()) return std::nullopt;

  out.starts_frame = (first & kStart) != 0 && (first & kPartitionMask) == 0;
  if (out.starts_frame && (out.data[0] & 0x01) == 0) {
    if (!IsKeyFrameHeader(out.data)) return std::nullopt;
    out.kind = FrameKind::kKey;
  }
  return out;
}

}  // namespace continuo
