// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "transport/wire/crc32.h"
#include "transport/wire/stun.h"
#include "transport/wire/stun_attributes.h"
#include "transport/wire/word.h"

namespace continuo {
namespace {

// RFC 8489 §5:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |0 0|     message type          |  length without this header   |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                         magic cookie                          |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                    transaction id (96 bits)                   |
//   +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
//   |      attribute type           |  length of the value          |
//   |      value, padded to a multiple of 4 bytes ...               |

std::optional<StunType> TypeFromWire(uint16_t type) {
  for (const StunType known : {StunType::kBindingRequest, StunType::kBindingIndication,
                               StunType::kBindingSuccess, StunType::kBindingError}) {
    if (type == static_cast<uint16_t>(known)) return known;
  }
  return std::nullopt;
}

std::optional<std::string_view> ParseText(ByteView value, size_t max_size) {
  if (value.size() > max_size) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(value.data()), value.size());
}

// §14.2: |0|family|port ^ cookie's first half|address ^ (cookie, transaction id)|
std::optional<SocketAddress> ParseXorAddress(ByteView value, ByteView cookie_and_id) {
  ByteReader reader(value);
  reader.Skip(1);
  const uint8_t family = reader.U8();
  const auto port = static_cast<uint16_t>(reader.U16() ^ (kStunMagicCookie >> 16));
  const ByteView xored = reader.Rest();
  std::array<uint8_t, 16> ip{};
  if (!reader.ok() || xored.size() > ip.size()) return std::nullopt;
  for (size_t i = 0; i < xored.size(); ++i) ip[i] = xored[i] ^ cookie_and_id[i];
  if (family == kStunIpv4 && xored.size() == 4) {
    return SocketAddress::Ipv4({ip[0], ip[1], ip[2], ip[3]}, port);
  }
  if (family == kStunIpv6 && xored.size() == 16) return SocketAddress::Ipv6(ip, port);
  return std::nullopt;
}

// §14.8: |21 bits reserved|class: 3 bits|number: 8 bits|reason|
std::optional<StunErrorCode> ParseErrorCode(ByteView value) {
  ByteReader reader(value);
  reader.Skip(2);
  const int hundreds = reader.U8() & 0x07;
  const int number = reader.U8();
  const auto reason = ParseText(reader.Rest(), kMaxStunText);
  if (!reader.ok() || !reason || hundreds < 3 || hundreds > 6 || number > 99) return std::nullopt;
  return StunErrorCode{hundreds * 100 + number, *reason};
}

// Only the first of several attributes of one type counts, §14.
template <typename T>
bool Keep(std::optional<T>& slot, std::optional<T> value) {
  if (!value) return false;
  if (!slot) slot = value;
  return true;
}

template <typename Integer>
bool KeepInteger(std::optional<Integer>& slot, ByteView value) {
  if (value.size() != sizeof(Integer)) return false;
  ByteReader reader(value);
  return Keep(slot, std::optional(
                        static_cast<Integer>(sizeof(Integer) == 4 ? reader.U32() : reader.U64())));
}

}  // namespace

std::optional<StunMessage> StunMessage::Parse(ByteView datagram) {
  ByteReader reader(datagram);
  const std::optional<StunType> type = TypeFromWire(reader.U16());
  const size_t length = reader.U16();
  const uint32_t cookie = reader.U32();
  const ByteView id = reader.Bytes(std::tuple_size_v<StunTransactionId>);
  if (!reader.ok() || !type || cookie != kStunMagicCookie) return std::nullopt;
  if (length != reader.remaining() || length % 4 != 0) return std::nullopt;

  StunMessage message;
  message.datagram_ = datagram;
  message.type_ = *type;
  std::ranges::copy(id, message.transaction_id_.begin());
  if (!message.ParseAttributes()) return std::nullopt;
  return message;
}

bool StunMessage::ParseAttributes() {
  ByteReader reader(datagram_);
  reader.Skip(kStunHeaderSize);
  while (reader.remaining() > 0) {
    const size_t offset = reader.position();
    const uint16_t type = reader.U16();
    const size_t length = reader.U16();
    const ByteView value = reader.Bytes(length);
    reader.Skip(RoundUpToWord(length) - length);
    if (!reader.ok()) return false;
    if (type == kStunFingerprint) {
      // §14.7: the last attribute of a message.
      return reader.remaining() == 0 && ParseFingerprint(offset, value);
    }
    if (has_integrity()) continue;
    if (type == kStunMessageIntegrity) {
      if (value.size() != kStunMacSize) return false;
      integrity_offset_ = offset;
    } else if (!ParseAttribute(type, value)) {
      return false;
    }
  }
  return true;
}

bool StunMessage::ParseAttribute(uint16_t type, ByteView value) {
  switch (type) {
    case kStunUsername:
      return Keep(username_, ParseText(value, kMaxStunUsername));
    case kStunSoftware:
      return Keep(software_, ParseText(value, kMaxStunText));
    case kStunXorMappedAddress:
      return Keep(xor_mapped_address_, ParseXorAddress(value, datagram_.subspan(4, 16)));
    case kStunErrorCode:
      return Keep(error_code_, ParseErrorCode(value));
    case kStunPriority:
      return KeepInteger(priority_, value);
    case kStunIceControlling:
      return KeepInteger(ice_controlling_, value);
    case kStunIceControlled:
      return KeepInteger(ice_controlled_, value);
    case kStunUseCandidate:
      use_candidate_ = true;
      return value.empty();
    case kStunUnknownAttributes:
      return true;  // known, but of interest to debugging only
    default:
      if (type < kStunFirstOptional && unknown_count_ < unknown_.size()) {
        unknown_[unknown_count_++] = type;
      }
      return true;
  }
}

bool StunMessage::ParseFingerprint(size_t offset, ByteView value) {
  if (value.size() != kStunFingerprintSize) return false;
  has_fingerprint_ = true;
  // Nothing follows the attribute, so the header's length field needs no patching.
  const uint32_t expected = Crc32(datagram_.first(offset)) ^ kStunFingerprintXor;
  return ByteReader(value).U32() == expected;
}

std::optional<StunIntegrityInput> StunMessage::IntegrityInput() const {
  if (!has_integrity()) return std::nullopt;
  StunIntegrityInput input;
  std::ranges::copy(datagram_.first(kStunHeaderSize), input.header.begin());
  // §14.5: as if MESSAGE-INTEGRITY were the last attribute.
  const size_t end = integrity_offset_ + kStunAttributeHeaderSize + kStunMacSize;
  const size_t length = end - kStunHeaderSize;
  input.header[2] = static_cast<uint8_t>(length >> 8);
  input.header[3] = static_cast<uint8_t>(length);
  input.body = datagram_.subspan(kStunHeaderSize, integrity_offset_ - kStunHeaderSize);
  input.received_mac =
      datagram_.subspan(integrity_offset_ + kStunAttributeHeaderSize, kStunMacSize);
  return input;
}

}  // namespace continuo
