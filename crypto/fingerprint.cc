// SPDX-License-Identifier: Apache-2.0
#include "crypto/fingerprint.h"

#include <sodium.h>

#include "crypto/encoding.h"

namespace continuo {

Fingerprint Fingerprint::OfDer(ByteView certificate) {
  Fingerprint fingerprint;
  crypto_hash_sha256(fingerprint.sha256.data(), certificate.data(), certificate.size());
  return fingerprint;
}

Result<Fingerprint> Fingerprint::Parse(std::string_view text) {
  Fingerprint fingerprint;
  constexpr size_t kTextSize = 32 * 3 - 1;
  if (text.size() != kTextSize) return Fail(ErrorCode::kMalformed, "not a SHA-256 fingerprint");
  for (size_t i = 0; i < fingerprint.sha256.size(); ++i) {
    const auto byte = DecodeHex(text.substr(i * 3, 2));
    const bool last = i + 1 == fingerprint.sha256.size();
    if (!byte || (!last && text[i * 3 + 2] != ':')) {
      return Fail(ErrorCode::kMalformed, "not a SHA-256 fingerprint");
    }
    fingerprint.sha256[i] = byte->front();
  }
  return fingerprint;
}

std::string Fingerprint::ToString() const {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  text.reserve(sha256.size() * 3);
  for (const uint8_t byte : sha256) {
    if (!text.empty()) text += ':';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace continuo
