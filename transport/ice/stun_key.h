// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "crypto/hmac.h"
#include "transport/wire/stun.h"

namespace continuo {

// MESSAGE-INTEGRITY with a short-term credential: the key is the password itself (RFC 8489 §9.1.1;
// every ice-char is ASCII, so its OpaqueString preparation changes nothing).
class StunKey {
 public:
  explicit StunKey(std::string_view password);

  // Whether whoever made `message` knows the password.
  bool Authenticates(const StunMessage& message) const;
  // Closes a message: MESSAGE-INTEGRITY and then FINGERPRINT.
  void Seal(StunWriter& writer) const;

 private:
  HmacSha1 hmac_;
};

}  // namespace continuo
