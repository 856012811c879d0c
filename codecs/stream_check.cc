// SPDX-License-Identifier: Apache-2.0
#include "codecs/stream_check.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "media/h264_reader.h"
#include "media/vp8_header.h"

namespace continuo {
namespace {

// No camera makes a larger access unit; libraries count bytes in an int.
constexpr size_t kMaxFrameBytes = size_t{16} << 20;

Status CheckSize(PixelSize size, const DecoderLimits& limits) {
  if (size.width > limits.max_side || size.height > limits.max_side ||
      size.area() > limits.max_area) {
    return Fail(ErrorCode::kUnsupported, "picture too large",
                std::to_string(size.width) + "x" + std::to_string(size.height));
  }
  return {};
}

Result<std::optional<StreamSize>> CheckVp8(ByteView bytes, const DecoderLimits& limits) {
  const auto header = ParseVp8Header(bytes);
  if (!header) return tl::unexpected(header.error());
  if (header->kind != FrameKind::kKey) return std::nullopt;
  const PixelSize size = header->size;
  if (auto checked = CheckSize(size, limits); !checked) return tl::unexpected(checked.error());
  return StreamSize{size, {0, 0, size.width, size.height}};
}

StreamSize BoundsOf(const StreamSize& a, const StreamSize& b) {
  return {
      {std::max(a.coded.width, b.coded.width), std::max(a.coded.height, b.coded.height)},
      {std::max(a.visible.x, b.visible.x), std::max(a.visible.y, b.visible.y),
       std::min(a.visible.width, b.visible.width), std::min(a.visible.height, b.visible.height)}};
}

// Data partitions are slices too (H.264 Table 7-1).
bool IsSlice(H264NalType type) {
  return type >= H264NalType::kSlice && type <= H264NalType::kIdrSlice;
}

Result<std::optional<StreamSize>> CheckH264(ByteView bytes, const DecoderLimits& limits) {
  // Without a start code up front libavcodec may take the bytes for the parameter sets of an MP4
  // file and the rest of the stream for length-prefixed units.
  const size_t zeros = bytes.size() > 3 && bytes[2] == 0 ? 3 : 2;
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[zeros] != 1) {
    return Fail(ErrorCode::kMalformed, "H.264: no start code");
  }
  std::optional<StreamSize> declared;
  int slices = 0;
  H264NalReader reader(bytes);
  while (const auto nal = reader.Next()) {
    if (IsSlice(nal->type()) && ++slices > limits.max_slices) {
      return Fail(ErrorCode::kUnsupported, "H.264: too many slices");
    }
    if (nal->type() != H264NalType::kSps) continue;
    const auto sps = ParseH264Sps(nal->bytes);
    if (!sps) return tl::unexpected(sps.error());
    if (sps->chroma_format_idc != 1 || sps->luma_bit_depth != 8 || sps->chroma_bit_depth != 8) {
      return Fail(ErrorCode::kUnsupported, "H.264: not 8-bit 4:2:0");
    }
    if (auto checked = CheckSize(sps->coded_size, limits); !checked) {
      return tl::unexpected(checked.error());
    }
    const StreamSize size{sps->coded_size, sps->visible_rect};
    declared = declared ? BoundsOf(*declared, size) : size;
  }
  return declared;
}

}  // namespace

Result<std::optional<StreamSize>> CheckEncodedFrame(const EncodedFrame& frame,
                                                    const DecoderLimits& limits) {
  if (frame.payload.size() > kMaxFrameBytes) return Fail(ErrorCode::kMalformed, "huge frame");
  return frame.codec == VideoCodec::kVp8 ? CheckVp8(frame.payload, limits)
                                         : CheckH264(frame.payload, limits);
}

bool IsDecodableAlone(const EncodedFrame& frame) {
  if (frame.codec == VideoCodec::kH264) return H264FrameKind(frame.payload) == FrameKind::kKey;
  const auto header = ParseVp8Header(frame.payload);
  return header && header->kind == FrameKind::kKey;
}

bool HasH264Slice(ByteView access_unit) {
  H264NalReader reader(access_unit);
  while (const auto nal = reader.Next()) {
    if (IsSlice(nal->type())) return true;
  }
  return false;
}

}  // namespace continuo
