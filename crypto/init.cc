// SPDX-License-Identifier: Apache-2.0
#include "crypto/init.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sodium.h>

namespace continuo {

Status InitCrypto() {
  if (sodium_init() < 0) return Fail(ErrorCode::kUnavailable, "libsodium cannot be initialised");
  if (OPENSSL_version_major() < 3) {
    return Fail(ErrorCode::kUnavailable, "OpenSSL 3 is needed", OpenSSL_version(OPENSSL_VERSION));
  }
  // A FIPS-only or crippled configuration is better found out now than in the middle of a call.
  for (const char* name : {"AES-128-GCM", "AES-256-GCM", "AES-128-CTR", "AES-256-CTR"}) {
    EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
    if (cipher == nullptr) return Fail(ErrorCode::kUnavailable, "OpenSSL lacks a cipher", name);
    EVP_CIPHER_free(cipher);
  }
  return {};
}

}  // namespace continuo
