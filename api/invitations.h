// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/conference.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/signing_key.h"

namespace continuo {

// Makes and checks invitations: signed statements "whoever holds this may join `room` under this
// name until then", as JWT with EdDSA (RFC 7519, RFC 8037). Who holds one is let in: it is a key,
// never logged. Keeps nothing: an invitation works as often as it is used until it expires. Any
// thread; the signing key must outlive it. The wall clock comes in as seconds since 1970.
class Invitations {
 public:
  static constexpr TimeDelta kDefaultTtl = TimeDelta::Seconds(24 * 3600);
  static constexpr TimeDelta kMaxTtl = TimeDelta::Seconds(366 * 24 * 3600);
  // Clocks in a crisis are not exact to the minute.
  static constexpr int64_t kLeewaySeconds = 60;
  static constexpr size_t kMaxTokenLength = 2048;

  explicit Invitations(const SigningKey& key) : key_(key) {}

  // kInvalidArgument when the room or the name is not one (api/names.h), or the span is not
  // between one second and kMaxTtl.
  Result<std::string> Make(std::string_view room, std::string_view display_name, TimeDelta ttl,
                           int64_t now_unix_seconds) const;

  // kUnauthenticated, with a sentence fit for the person who clicked, for anything but a token that
  // this key signed and that is valid now.
  Result<Invitation> Verify(std::string_view token, int64_t now_unix_seconds) const;

 private:
  const SigningKey& key_;
};

}  // namespace continuo
