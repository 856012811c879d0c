// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace continuo {

// SHA-256 of a certificate in DER: what SDP's a=fingerprint binds a call to. RFC 8122 §5.
struct Fingerprint {
  std::array<uint8_t, 32> sha256{};

  static Fingerprint OfDer(ByteView certificate);
  // "AB:CD:…", 32 bytes in hexadecimal of either case; without the "sha-256 " in front.
  static Result<Fingerprint> Parse(std::string_view text);
  // Upper case with colons, as SDP wants it; without the "sha-256 " in front.
  std::string ToString() const;

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

}  // namespace continuo
