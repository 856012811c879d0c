// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/rtp_header.h"

#include <algorithm>

#include "base/check.h"
#include "transport/wire/word.h"

namespace continuo {
namespace {

// RFC 3550 §5.1:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |V=2|P|X|  CC   |M|     PT      |       sequence number         |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                           timestamp                           |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                             SSRC                              |
//   +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
//   |                      CSRC  x CC (0 to 15)                     |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |  if X: defined by profile     |   length in 32-bit words      |
//   |                       extension elements                      |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |        payload, and if P: padding whose last byte is its size |
constexpr uint8_t kVersionMask = 0xc0;
constexpr uint8_t kVersion2 = 0x80;
constexpr uint8_t kPaddingBit = 0x20;
constexpr uint8_t kExtensionBit = 0x10;
constexpr uint8_t kCsrcCountMask = 0x0f;
constexpr uint8_t kMarkerBit = 0x80;
constexpr uint8_t kPayloadTypeMask = 0x7f;

// RFC 8285 §4.2 and §4.3: what "defined by profile" says. The low four bits of the two-byte form
// are the application's.
constexpr uint16_t kOneByteProfile = 0xbede;
constexpr uint16_t kTwoByteProfile = 0x1000;
constexpr uint16_t kTwoByteProfileMask = 0xfff0;
// RFC 8285 §4.2: the local identifier 15 is reserved, and ends the processing of elements.
constexpr uint8_t kMaxOneByteId = 14;
constexpr size_t kMaxOneByteLength = 16;

RtpExtensionForm FormOfProfile(uint16_t profile) {
  if (profile == kOneByteProfile) return RtpExtensionForm::kOneByte;
  if ((profile & kTwoByteProfileMask) == kTwoByteProfile) return RtpExtensionForm::kTwoByte;
  return RtpExtensionForm::kNone;  // well formed, but of no profile that we speak
}

// One-byte elements are |  ID   |L - 1  | value: L bytes |, two-byte elements
// |      ID       |       L       | value: L bytes |; a zero byte in the place of an ID is padding.
std::optional<ByteView> FindOneByte(ByteReader elements, uint8_t id) {
  while (elements.remaining() > 0) {
    const uint8_t head = elements.U8();
    if (head == 0) continue;
    const uint8_t element_id = head >> 4;
    // RFC 8285 §4.2: an ID of 0 with a length, like the reserved 15, ends processing.
    if (element_id == 0 || element_id > kMaxOneByteId) return std::nullopt;
    const ByteView value = elements.Bytes((head & 0x0f) + size_t{1});
    if (!elements.ok()) return std::nullopt;
    if (element_id == id) return value;
  }
  return std::nullopt;
}

std::optional<ByteView> FindTwoByte(ByteReader elements, uint8_t id) {
  while (elements.remaining() > 0) {
    const uint8_t element_id = elements.U8();
    if (element_id == 0) continue;
    const ByteView value = elements.Bytes(elements.U8());
    if (!elements.ok()) return std::nullopt;
    if (element_id == id) return value;
  }
  return std::nullopt;
}

RtpExtensionForm FormFor(std::span<const RtpExtension> extensions) {
  if (extensions.empty()) return RtpExtensionForm::kNone;
  const bool one_byte = std::ranges::all_of(extensions, [](const RtpExtension& e) {
    return e.id <= kMaxOneByteId && !e.value.empty() && e.value.size() <= kMaxOneByteLength;
  });
  return one_byte ? RtpExtensionForm::kOneByte : RtpExtensionForm::kTwoByte;
}

void WriteExtensions(ByteWriter& out, RtpExtensionForm form,
                     std::span<const RtpExtension> extensions) {
  const bool one_byte = form == RtpExtensionForm::kOneByte;
  size_t size = 0;
  for (const RtpExtension& e : extensions) size += (one_byte ? 1 : 2) + e.value.size();
  const size_t words = RoundUpToWord(size) / 4;
  out.U16(one_byte ? kOneByteProfile : kTwoByteProfile);
  out.U16(static_cast<uint16_t>(words));
  for (const RtpExtension& e : extensions) {
    CONTINUO_CHECK(e.id != 0 && e.value.size() <= 255);
    if (one_byte) {
      out.U8(static_cast<uint8_t>(e.id << 4 | (e.value.size() - 1)));
    } else {
      out.U8(e.id);
      out.U8(static_cast<uint8_t>(e.value.size()));
    }
    out.Bytes(e.value);
  }
  out.Zeros(words * 4 - size);
}

}  // namespace

DatagramKind ClassifyDatagram(ByteView datagram) {
  // The smallest of each kind: a STUN header, a DTLS record header, an RTP header, an RTCP packet
  // of one SSRC.
  constexpr size_t kMinStun = 20;
  constexpr size_t kMinDtls = 13;
  constexpr size_t kMinRtcp = 8;
  const size_t size = datagram.size();
  if (size == 0) return DatagramKind::kOther;
  const uint8_t first = datagram[0];
  if (first <= 3) return size >= kMinStun ? DatagramKind::kStun : DatagramKind::kOther;
  if (first >= 20 && first <= 63) {
    return size >= kMinDtls ? DatagramKind::kDtls : DatagramKind::kOther;
  }
  if (first < 128 || first > 191) return DatagramKind::kOther;
  if (IsRtcp(datagram)) return size >= kMinRtcp ? DatagramKind::kRtcp : DatagramKind::kOther;
  return size >= kMinRtpHeaderSize ? DatagramKind::kRtp : DatagramKind::kOther;
}

std::optional<ByteView> RtpPacket::Extension(uint8_t id) const {
  switch (extension_form) {
    case RtpExtensionForm::kNone:
      return std::nullopt;
    case RtpExtensionForm::kOneByte:
      return FindOneByte(ByteReader(extension_data), id);
    case RtpExtensionForm::kTwoByte:
      return FindTwoByte(ByteReader(extension_data), id);
  }
  return std::nullopt;
}

std::optional<size_t> RtpHeaderSize(ByteView packet) {
  if (packet.size() < kMinRtpHeaderSize || (packet[0] & kVersionMask) != kVersion2) {
    return std::nullopt;
  }
  ByteReader reader(packet);
  reader.Skip(kMinRtpHeaderSize + size_t{4} * (packet[0] & kCsrcCountMask));
  if ((packet[0] & kExtensionBit) != 0) {
    reader.Skip(2);
    reader.Skip(size_t{4} * reader.U16());
  }
  if (!reader.ok()) return std::nullopt;
  return reader.position();
}

std::optional<RtpPacket> ParseRtp(ByteView bytes) {
  const std::optional<size_t> header_size = RtpHeaderSize(bytes);
  if (!header_size) return std::nullopt;

  RtpPacket packet;
  ByteReader reader(bytes.first(*header_size));
  const uint8_t first = reader.U8();
  const uint8_t second = reader.U8();
  packet.csrc_count = first & kCsrcCountMask;
  packet.marker = (second & kMarkerBit) != 0;
  packet.payload_type = second & kPayloadTypeMask;
  packet.sequence_number = reader.U16();
  packet.timestamp = reader.U32();
  packet.ssrc = Ssrc(reader.U32());
  reader.Skip(size_t{4} * packet.csrc_count);
  if ((first & kExtensionBit) != 0) {
    packet.extension_form = FormOfProfile(reader.U16());
    reader.Skip(2);  // the length: RtpHeaderSize() has taken it
    packet.extension_data = reader.Rest();
  }

  packet.payload = bytes.subspan(*header_size);
  if ((first & kPaddingBit) != 0) {
    if (packet.payload.empty()) return std::nullopt;
    packet.padding_size = packet.payload.back();  // counts itself, so 0 is impossible
    if (packet.padding_size == 0 || packet.padding_size > packet.payload.size()) {
      return std::nullopt;
    }
    packet.payload = packet.payload.first(packet.payload.size() - packet.padding_size);
  }
  return packet;
}

size_t WriteRtpHeader(const RtpHeader& header, std::span<const RtpExtension> extensions,
                      MutableBytes out) {
  CONTINUO_CHECK(header.payload_type <= kPayloadTypeMask);
  const RtpExtensionForm form = FormFor(extensions);
  ByteWriter writer(out);
  writer.U8(kVersion2 | (form == RtpExtensionForm::kNone ? 0 : kExtensionBit));
  writer.U8(static_cast<uint8_t>((header.marker ? kMarkerBit : 0) | header.payload_type));
  writer.U16(header.sequence_number);
  writer.U32(header.timestamp);
  writer.U32(header.ssrc.value());
  if (form != RtpExtensionForm::kNone) WriteExtensions(writer, form, extensions);
  return writer.ok() ? writer.size() : 0;
}

}  // namespace continuo
