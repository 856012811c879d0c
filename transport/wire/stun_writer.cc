// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "transport/wire/crc32.h"
#include "transport/wire/stun.h"
#include "transport/wire/stun_attributes.h"
#include "transport/wire/word.h"

namespace continuo {
namespace {

ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

StunWriter::StunWriter(StunType type, const StunTransactionId& transaction_id, MutableBytes buffer)
    : buffer_(buffer) {
  ByteWriter header(buffer);
  header.U16(static_cast<uint16_t>(type));
  header.U16(0);
  header.U32(kStunMagicCookie);
  header.Bytes(transaction_id);
  size_ = header.size();
  ok_ = header.ok();
}

MutableBytes StunWriter::AppendAttribute(uint16_t type, size_t length) {
  ByteWriter attribute(buffer_.subspan(size_));
  attribute.U16(type);
  attribute.U16(static_cast<uint16_t>(length));
  attribute.Zeros(RoundUpToWord(length));
  ok_ = ok_ && attribute.ok();
  if (!ok_) return {};
  const MutableBytes value = buffer_.subspan(size_ + kStunAttributeHeaderSize, length);
  size_ += attribute.size();
  SetLength(size_);
  return value;
}

void StunWriter::SetLength(size_t message_size) {
  ByteWriter(buffer_.subspan(2)).U16(static_cast<uint16_t>(message_size - kStunHeaderSize));
}

void StunWriter::AppendText(uint16_t type, std::string_view text) {
  ByteWriter(AppendAttribute(type, text.size())).Bytes(AsBytes(text));
}

void StunWriter::Username(std::string_view username) {
  CONTINUO_CHECK(username.size() <= kMaxStunUsername);
  AppendText(kStunUsername, username);
}

void StunWriter::Software(std::string_view software) {
  AppendText(kStunSoftware, software.substr(0, kMaxStunText));
}

void StunWriter::XorMappedAddress(const SocketAddress& address) {
  const ByteView ip = address.ip();
  ByteWriter value(AppendAttribute(kStunXorMappedAddress, 4 + ip.size()));
  if (!ok_) return;
  value.U8(0);
  value.U8(address.IsIpv4() ? kStunIpv4 : kStunIpv6);
  value.U16(static_cast<uint16_t>(address.port() ^ (kStunMagicCookie >> 16)));
  const ByteView cookie_and_id = ByteView(buffer_).subspan(4, 16);
  for (size_t i = 0; i < ip.size(); ++i) value.U8(ip[i] ^ cookie_and_id[i]);
}

void StunWriter::ErrorCode(int code, std::string_view reason) {
  CONTINUO_CHECK(code >= 300 && code <= 699);
  reason = reason.substr(0, kMaxStunText);
  ByteWriter value(AppendAttribute(kStunErrorCode, 4 + reason.size()));
  value.U16(0);
  value.U8(static_cast<uint8_t>(code / 100));
  value.U8(static_cast<uint8_t>(code % 100));
  value.Bytes(AsBytes(reason));
}

void StunWriter::UnknownAttributes(std::span<const uint16_t> types) {
  ByteWriter value(AppendAttribute(kStunUnknownAttributes, 2 * types.size()));
  for (const uint16_t type : types) value.U16(type);
}

void StunWriter::Priority(uint32_t priority) {
  ByteWriter(AppendAttribute(kStunPriority, 4)).U32(priority);
}

void StunWriter::IceControlling(uint64_t tie_breaker) {
  ByteWriter(AppendAttribute(kStunIceControlling, 8)).U64(tie_breaker);
}

void StunWriter::IceControlled(uint64_t tie_breaker) {
  ByteWriter(AppendAttribute(kStunIceControlled, 8)).U64(tie_breaker);
}

void StunWriter::UseCandidate() { AppendAttribute(kStunUseCandidate, 0); }

ByteView StunWriter::BeginIntegrity() {
  if (!ok_) return {};
  SetLength(size_ + kStunAttributeHeaderSize + kStunMacSize);
  return ByteView(buffer_).first(size_);
}

void StunWriter::AppendIntegrity(const StunMac& mac) {
  ByteWriter(AppendAttribute(kStunMessageIntegrity, mac.size())).Bytes(mac);
}

void StunWriter::AppendFingerprint() {
  const size_t covered = size_;
  const MutableBytes value = AppendAttribute(kStunFingerprint, kStunFingerprintSize);
  if (!ok_) return;
  ByteWriter(value).U32(Crc32(ByteView(buffer_).first(covered)) ^ kStunFingerprintXor);
}

}  // namespace continuo
