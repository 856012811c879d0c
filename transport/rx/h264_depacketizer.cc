// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/h264_depacketizer.h"

// RFC 6184 §5.3, NAL unit octet:      §5.8, FU-A: an FU indicator shaped like a NAL unit octet,
// then
//
//   +---------------+                   +---------------+
//   |0|1|2|3|4|5|6|7|                   |0|1|2|3|4|5|6|7|
//   +-+-+-+-+-+-+-+-+                   +-+-+-+-+-+-+-+-+
//   |F|NRI|  Type   |                   |S|E|R|  Type   |
//   +---------------+                   +---------------+
//
// §5.7.1, STAP-A: a NAL unit octet, then (16-bit size, NAL unit) one or more times.

namespace continuo {
namespace {

constexpr uint8_t kTypeMask = 0x1f;
constexpr uint8_t kHeaderMask = 0xe0;  // F and NRI
constexpr uint8_t kIdrSlice = 5;
constexpr uint8_t kSps = 7;
constexpr uint8_t kLastSingle = 23;
constexpr uint8_t kStapA = 24;
constexpr uint8_t kFuA = 28;
constexpr uint8_t kFragmentStart = 0x80;
constexpr uint8_t kFragmentEnd = 0x40;
constexpr uint8_t kStartCode[] = {0, 0, 0, 1};

void Note(uint8_t type, H264Payload& out) {
  if (type == kSps) out.has_sps = true;
  if (type == kIdrSlice) out.has_idr = true;
}

std::optional<H264Payload> ParseStapA(ByteView units) {
  H264Payload out;
  ByteReader in(units);
  if (in.remaining() == 0) return std::nullopt;
  while (in.remaining() > 0) {
    const ByteView unit = in.Bytes(in.U16());
    if (!in.ok() || unit.empty()) return std::nullopt;
    const uint8_t type = unit[0] & kTypeMask;
    if (type == 0 || type > kLastSingle) return std::nullopt;  // §5.7: no aggregate in an aggregate
    Note(type, out);
  }
  return out;
}

std::optional<H264Payload> ParseFuA(ByteView payload) {
  if (payload.size() < 3) return std::nullopt;
  const uint8_t header = payload[1];
  const uint8_t type = header & kTypeMask;
  // §5.8: "the Start bit and End bit MUST NOT both be set".
  if ((header & kFragmentStart) && (header & kFragmentEnd)) return std::nullopt;
  if (type == 0 || type > kLastSingle) return std::nullopt;
  H264Payload out;
  Note(type, out);
  return out;
}

void Append(std::vector<uint8_t>& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

bool AppendFragment(ByteView payload, bool& in_fragment, std::vector<uint8_t>& out) {
  const bool starts = (payload[1] & kFragmentStart) != 0;
  if (starts == in_fragment) return false;
  if (starts) {
    Append(out, kStartCode);
    out.push_back(static_cast<uint8_t>((payload[0] & kHeaderMask) | (payload[1] & kTypeMask)));
  }
  Append(out, payload.subspan(2));
  in_fragment = (payload[1] & kFragmentEnd) == 0;
  return true;
}

}  // namespace

std::optional<H264Payload> ParseH264Payload(ByteView payload) {
  if (payload.empty()) return std::nullopt;
  if (payload[0] & 0x80) return std::nullopt;  // F: a syntax violation, says the sender itself
  const uint8_t type = payload[0] & kTypeMask;
  if (type == kStapA) return ParseStapA(payload.subspan(1));
  if (type == kFuA) return ParseFuA(payload);
  if (type == 0 || type > kLastSingle) return std::nullopt;
  H264Payload out;
  Note(type, out);
  return out;
}

bool AppendH264Payload(ByteView payload, bool& in_fragment, std::vector<uint8_t>& access_unit) {
  const uint8_t type = payload[0] & kTypeMask;
  if (type == kFuA) return AppendFragment(payload, in_fragment, access_unit);
  if (in_fragment) return false;
  if (type != kStapA) {
    Append(access_unit, kStartCode);
    Append(access_unit, payload);
    return true;
  }
  ByteReader in(payload.subspan(1));
  while (in.remaining() > 0) {
    const ByteView unit = in.Bytes(in.U16());
    if (!in.ok()) return false;
    Append(access_unit, kStartCode);
    Append(access_unit, unit);
  }
  return true;
}

}  // namespace continuo
