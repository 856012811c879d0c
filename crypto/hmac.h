// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "base/bytes.h"

namespace continuo {

// HMAC-SHA1 (RFC 2104) under one key, many times: the key is absorbed once, and a MAC costs neither
// allocation nor key schedule. For STUN's MESSAGE-INTEGRITY and SRTP's SHA1_80, which ask for
// SHA-1; for nothing new. Const functions may run on any thread at once.
class HmacSha1 {
 public:
  static constexpr size_t kSize = 20;
  using Mac = std::array<uint8_t, kSize>;

  explicit HmacSha1(ByteView key);
  HmacSha1(const HmacSha1&) = default;
  HmacSha1& operator=(const HmacSha1&) = default;
  ~HmacSha1();

  Mac Compute(ByteView message) const { return Compute({message}); }
  // The MAC of the parts, one after the other.
  Mac Compute(std::initializer_list<ByteView> parts) const;
  // True when `mac` is a MAC of the message cut to its own size, which is at least 10 bytes.
  // Takes as long for a near miss as for a far one.
  bool Verify(std::initializer_list<ByteView> parts, ByteView mac) const;

 private:
  static constexpr size_t kStateSize = 96;  // of OpenSSL's SHA_CTX; checked where it is known
  alignas(8) std::array<uint8_t, kStateSize> inner_{};
  alignas(8) std::array<uint8_t, kStateSize> outer_{};
};

// Compares without telling by its time where the first difference is. False for unequal sizes.
bool ConstantTimeEqual(ByteView a, ByteView b);

}  // namespace continuo
