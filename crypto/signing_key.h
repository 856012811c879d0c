// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret.h"

namespace continuo {

using PublicKey = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;

// This server's Ed25519 identity (RFC 8032): signs invitations and the journal. Not for TLS or
// DTLS. The secret lives in locked memory and, sealed by file permissions only, in one 0600 file of
// the state directory. Any thread may sign.
class SigningKey {
 public:
  static SigningKey Generate();
  static Result<SigningKey> FromSeed(ByteView seed);  // 32 bytes
  static Result<SigningKey> Load(const std::string& path);
  // Loads the key, or makes it on the very first start. A file that is there but is not ours to
  // read or does not parse is an error: an identity is never replaced behind the operator's back.
  static Result<SigningKey> LoadOrCreate(const std::string& path);

  Status Save(const std::string& path) const;

  const PublicKey& public_key() const { return public_key_; }
  Signature Sign(ByteView message) const;

 private:
  SigningKey() = default;

  SecretBytes secret_key_;  // libsodium's form: seed, then public key
  PublicKey public_key_{};
};

// False for a signature of any size but 64, for keys of small order, for non-canonical scalars.
bool VerifySignature(const PublicKey& key, ByteView message, ByteView signature);

// The "x" of the key's JSON Web Key, and back. RFC 8037 §2.
std::string JwkX(const PublicKey& key);
Result<PublicKey> PublicKeyFromJwkX(std::string_view x);

}  // namespace continuo
