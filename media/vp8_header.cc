// SPDX-License-Identifier: Apache-2.0
#include "media/vp8_header.h"

namespace continuo {
namespace {

constexpr size_t kFrameTagSize = 3;
constexpr size_t kKeyFrameHeaderSize = 10;  // the tag, the start code, width and height
constexpr int kHighestVersion = 3;

}  // namespace

//  bit  0             1..3      4            5..23
//       !key frame    version   show_frame   first_part_size     (little endian)
//  then, on key frames:
//       9d 01 2a   width:14 horizontal_scale:2   height:14 vertical_scale:2   (little endian)
Result<Vp8Header> ParseVp8Header(ByteView frame) {
  if (frame.size() < kFrameTagSize) return Fail(ErrorCode::kMalformed, "VP8: no frame tag");
  const uint32_t tag = frame[0] | uint32_t{frame[1]} << 8 | uint32_t{frame[2]} << 16;
  Vp8Header header;
  header.kind = (tag & 1) == 0 ? FrameKind::kKey : FrameKind::kDelta;
  header.version = static_cast<int>(tag >> 1 & 7);
  header.shown = (tag >> 4 & 1) != 0;
  header.first_partition_size = tag >> 5;
  if (header.version > kHighestVersion) return Fail(ErrorCode::kMalformed, "VP8: bad version");

  size_t header_size = kFrameTagSize;
  if (header.kind == FrameKind::kKey) {
    header_size = kKeyFrameHeaderSize;
    if (frame.size() < header_size) return Fail(ErrorCode::kMalformed, "VP8: short key frame");
    if (frame[3] != 0x9d || frame[4] != 0x01 || frame[5] != 0x2a) {
      return Fail(ErrorCode::kMalformed, "VP8: key frame without start code");
    }
    header.size = {(frame[6] | frame[7] << 8) & 0x3fff, (frame[8] | frame[9] << 8) & 0x3fff};
    if (header.size.width == 0 || header.size.height == 0) {
      return Fail(ErrorCode::kMalformed, "VP8: key frame without pixels");
    }
  }
  if (header.first_partition_size > frame.size() - header_size) {
    return Fail(ErrorCode::kMalformed, "VP8: first partition past the end");
  }
  return header;
}

}  // namespace continuo
