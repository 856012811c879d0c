// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/packetizer.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "media/h264_reader.h"

// Formats written here:
//
//  VP8, RFC 7741 §4.2:               H.264, RFC 6184:
//   |1|R|N|S|R| PID |  S: first       STAP-A §5.7.1:  |F|NRI|24|  then (16-bit size, NAL unit)…
//   |1|L|T|K|  RSV  |                 FU-A §5.8:      |F|NRI|28|  |S|E|0| type |  then a fragment
//   |1|   15-bit    |
//   |  PictureID    |

namespace continuo {
namespace {

constexpr size_t kVp8DescriptorSize = 4;
constexpr uint8_t kVp8Extended = 0x80;
constexpr uint8_t kVp8Start = 0x10;
constexpr uint8_t kVp8HasPictureId = 0x80;
constexpr uint8_t kVp8LongPictureId = 0x80;
constexpr uint16_t kPictureIdMask = 0x7fff;

constexpr uint8_t kNriMask = 0x60;
constexpr uint8_t kTypeMask = 0x1f;
constexpr uint8_t kStapA = 24;
constexpr uint8_t kFuA = 28;
constexpr uint8_t kFuStart = 0x80;
constexpr uint8_t kFuEnd = 0x40;
constexpr size_t kFuHeaderSize = 2;
constexpr size_t kStapHeaderSize = 1;
constexpr size_t kStapLengthSize = 2;

void Append(std::vector<uint8_t>& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void AppendU16(std::vector<uint8_t>& out, size_t value) {
  out.push_back(static_cast<uint8_t>(value >> 8));
  out.push_back(static_cast<uint8_t>(value));
}

// Calls `add(part, first, last)` for pieces of `bytes` as even as can be: a lone short packet at
// the end costs as many headers as a full one.
template <typename Add>
void SplitEvenly(ByteView bytes, size_t max_size, Add add) {
  const size_t parts = (bytes.size() + max_size - 1) / max_size;
  for (size_t i = 0; i < parts; ++i) {
    const size_t size = bytes.size() / (parts - i);
    add(bytes.first(size), i == 0, i + 1 == parts);
    bytes = bytes.subspan(size);
  }
}

}  // namespace

Packetizer::Packetizer(VideoCodec codec, size_t max_payload, PacketizedFramePool& pool,
                       uint16_t first_picture_id)
    : codec_(codec),
      max_payload_(max_payload),
      pool_(pool),
      picture_id_(first_picture_id & kPictureIdMask) {
  CONTINUO_CHECK(max_payload >= kMinPayloadSize && max_payload <= kLargestPayloadSize);
}

PacketizedFrameRef Packetizer::Packetize(const EncodedFrame& frame) {
  if (frame.codec != codec_ || frame.payload.empty()) return {};
  PacketizedFrameRef ref = pool_.Acquire();
  PacketizedFrame& out = *ref.frame_;
  out.codec_ = codec_;
  out.kind_ = frame.kind;
  out.rtp_timestamp_ = frame.rtp_timestamp;
  out.capture_time_ = frame.capture_time;
  if (codec_ == VideoCodec::kVp8) {
    PacketizeVp8(frame.payload, out);
  } else {
    PacketizeH264(frame.payload, out);
  }
  if (out.slices_.empty()) return {};
  return ref;
}

void Packetizer::BeginSlice(PacketizedFrame& out) {
  out.slices_.push_back({.offset = static_cast<uint32_t>(out.bytes_.size()), .size = 0});
}

void Packetizer::EndSlice(PacketizedFrame& out) {
  auto& slice = out.slices_.back();
  slice.size = static_cast<uint32_t>(out.bytes_.size()) - slice.offset;
}

void Packetizer::PacketizeVp8(ByteView frame, PacketizedFrame& out) {
  SplitEvenly(frame, max_payload_ - kVp8DescriptorSize, [&](ByteView part, bool first, bool) {
    BeginSlice(out);
    out.bytes_.push_back(kVp8Extended | (first ? kVp8Start : 0));
    out.bytes_.push_back(kVp8HasPictureId);
    AppendU16(out.bytes_, size_t{picture_id_} | size_t{kVp8LongPictureId} << 8);
    Append(out.bytes_, part);
    EndSlice(out);
  });
  picture_id_ = (picture_id_ + 1) & kPictureIdMask;
}

void Packetizer::PacketizeH264(ByteView access_unit, PacketizedFrame& out) {
  aggregation_ = Aggregation::kNone;
  H264NalReader reader(access_unit);
  while (const auto nal = reader.Next()) {
    if (nal->bytes.size() > max_payload_) {
      AddFragments(nal->bytes, out);
    } else if (!AddToAggregate(nal->bytes, out)) {
      BeginSlice(out);
      Append(out.bytes_, nal->bytes);
      EndSlice(out);
      aggregation_ = Aggregation::kSingle;
    }
  }
}

// The last slice takes one more unit, if it fits; a lone unit becomes the first of a STAP-A.
bool Packetizer::AddToAggregate(ByteView nal, PacketizedFrame& out) {
  if (aggregation_ == Aggregation::kNone) return false;
  const auto slice = out.slices_.back();
  const bool alone = aggregation_ == Aggregation::kSingle;
  const size_t size =
      slice.size + (alone ? kStapHeaderSize + kStapLengthSize : 0) + kStapLengthSize + nal.size();
  if (size > max_payload_) return false;
  std::vector<uint8_t>& bytes = out.bytes_;
  if (alone) {
    const std::array<uint8_t, kStapHeaderSize + kStapLengthSize> header{
        kStapA, static_cast<uint8_t>(slice.size >> 8), static_cast<uint8_t>(slice.size)};
    bytes.insert(bytes.begin() + slice.offset, header.begin(), header.end());
    KeepHighestNri(bytes[slice.offset], bytes[slice.offset + header.size()]);
    aggregation_ = Aggregation::kStapA;
  }
  KeepHighestNri(bytes[slice.offset], nal[0]);
  AppendU16(bytes, nal.size());
  Append(bytes, nal);
  EndSlice(out);
  return true;
}

// RFC 6184 §5.7: "The value of NRI MUST be the maximum of all the NAL units carried".
void Packetizer::KeepHighestNri(uint8_t& header, uint8_t nal_header) {
  const int nri = std::max(header & kNriMask, nal_header & kNriMask);
  header = static_cast<uint8_t>((header & ~kNriMask) | nri);
}

void Packetizer::AddFragments(ByteView nal, PacketizedFrame& out) {
  const uint8_t indicator = static_cast<uint8_t>((nal[0] & kNriMask) | kFuA);
  const uint8_t type = nal[0] & kTypeMask;
  SplitEvenly(nal.subspan(1), max_payload_ - kFuHeaderSize,
              [&](ByteView part, bool first, bool last) {
                BeginSlice(out);
                out.bytes_.push_back(indicator);
                out.bytes_.push_back(
                    static_cast<uint8_t>(type | (first ? kFuStart : 0) | (last ? kFuEnd : 0)));
                Append(out.bytes_, part);
                EndSlice(out);
              });
  aggregation_ = Aggregation::kNone;
}

}  // namespace continuo
