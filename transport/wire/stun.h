// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "transport/wire/socket_address.h"

namespace continuo {

inline constexpr size_t kStunHeaderSize = 20;

enum class StunType : uint16_t {
  kBindingRequest = 0x0001,
  kBindingIndication = 0x0011,
  kBindingSuccess = 0x0101,
  kBindingError = 0x0111,
};

using StunTransactionId = std::array<uint8_t, 12>;
using StunMac = std::array<uint8_t, 20>;  // HMAC-SHA1, RFC 8489 §14.5

struct StunErrorCode {
  int code = 0;  // 300 to 699
  std::string_view reason;
  friend bool operator==(const StunErrorCode&, const StunErrorCode&) = default;
};

// What the MAC of a received message covers, in two pieces because the header's length field has to
// be patched and the message is not ours to write to: MAC `header`, then `body`.
struct StunIntegrityInput {
  std::array<uint8_t, kStunHeaderSize> header{};
  ByteView body;
  ByteView received_mac;  // 20 bytes; compare in constant time
};

// A STUN message of the Binding method, taken apart but not copied: views refer to the datagram.
// Parsing proves its shape and its FINGERPRINT, if it has one, but not who sent it: nothing in it
// is to be acted upon before the caller, who has the key, has checked IntegrityInput(). Attributes
// behind MESSAGE-INTEGRITY, which it doesn't cover, are not read. RFC 8489 §5, §14, RFC 8445 §16.
class StunMessage {
 public:
  static std::optional<StunMessage> Parse(ByteView datagram);

  StunType type() const { return type_; }
  const StunTransactionId& transaction_id() const { return transaction_id_; }

  const std::optional<std::string_view>& username() const { return username_; }
  const std::optional<std::string_view>& software() const { return software_; }
  const std::optional<SocketAddress>& xor_mapped_address() const { return xor_mapped_address_; }
  const std::optional<StunErrorCode>& error_code() const { return error_code_; }
  const std::optional<uint32_t>& priority() const { return priority_; }
  // The tie-breakers; at most one of the two in a sane message.
  const std::optional<uint64_t>& ice_controlling() const { return ice_controlling_; }
  const std::optional<uint64_t>& ice_controlled() const { return ice_controlled_; }
  bool use_candidate() const { return use_candidate_; }
  bool has_fingerprint() const { return has_fingerprint_; }
  bool has_integrity() const { return integrity_offset_ != 0; }

  // Nothing when the message has no MESSAGE-INTEGRITY.
  std::optional<StunIntegrityInput> IntegrityInput() const;

  // Comprehension-required attributes that we don't know: a request with one is answered with
  // error 420, RFC 8489 §6.3.1. Those beyond the first eight are not listed.
  std::span<const uint16_t> unknown_required() const {
    return std::span(unknown_).first(unknown_count_);
  }

 private:
  StunMessage() = default;
  bool ParseAttributes();
  bool ParseAttribute(uint16_t type, ByteView value);
  bool ParseFingerprint(size_t offset, ByteView value);

  ByteView datagram_;
  StunType type_ = StunType::kBindingRequest;
  StunTransactionId transaction_id_{};
  std::optional<std::string_view> username_;
  std::optional<std::string_view> software_;
  std::optional<SocketAddress> xor_mapped_address_;
  std::optional<StunErrorCode> error_code_;
  std::optional<uint32_t> priority_;
  std::optional<uint64_t> ice_controlling_;
  std::optional<uint64_t> ice_controlled_;
  bool use_candidate_ = false;
  bool has_fingerprint_ = false;
  size_t integrity_offset_ = 0;  // of the attribute, from the start of the message
  std::array<uint16_t, 8> unknown_{};
  size_t unknown_count_ = 0;
};

// Writes one STUN message into a buffer of the caller's. Attributes come out in the order of the
// calls; integrity and then fingerprint go last:
//   StunWriter writer(StunType::kBindingSuccess, request.transaction_id(), buffer);
//   writer.XorMappedAddress(from);
//   writer.AppendIntegrity(HmacSha1(key, writer.BeginIntegrity()));
//   writer.AppendFingerprint();
//   Send(writer.message());
class StunWriter {
 public:
  StunWriter(StunType type, const StunTransactionId& transaction_id, MutableBytes buffer);

  void Username(std::string_view username);
  void Software(std::string_view software);
  void XorMappedAddress(const SocketAddress& address);
  void ErrorCode(int code, std::string_view reason);
  void UnknownAttributes(std::span<const uint16_t> types);
  void Priority(uint32_t priority);
  void IceControlling(uint64_t tie_breaker);
  void IceControlled(uint64_t tie_breaker);
  void UseCandidate();

  // The bytes to MAC with the password, their length field already counting the MAC.
  ByteView BeginIntegrity();
  void AppendIntegrity(const StunMac& mac);
  void AppendFingerprint();

  // The message; empty when the buffer was too small for it.
  ByteView message() const { return ok_ ? ByteView(buffer_).first(size_) : ByteView(); }

 private:
  // Room for one attribute, its header and zeroed padding written; empty on overflow.
  MutableBytes AppendAttribute(uint16_t type, size_t length);
  void AppendText(uint16_t type, std::string_view text);
  void SetLength(size_t message_size);

  MutableBytes buffer_;
  size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace continuo
