// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret.h"

struct evp_cipher_ctx_st;  // OpenSSL's EVP_CIPHER_CTX

namespace continuo {

struct FreeCipherContext {
  void operator()(evp_cipher_ctx_st* context) const;
};
using CipherContext = std::unique_ptr<evp_cipher_ctx_st, FreeCipherContext>;

// AES-GCM (NIST SP 800-38D) under one key, with its tables computed once: short packets under
// 256-bit keys go through libsodium where the CPU has AES-NI, all else through OpenSSL, whichever
// is faster. Both write the same bytes. No allocation per call. One thread at a time. The caller
// never repeats a nonce under a key: that would give both away.
class AesGcm {
 public:
  static constexpr size_t kNonceSize = 12;
  static constexpr size_t kTagSize = 16;
  using Nonce = std::array<uint8_t, kNonceSize>;
  enum class Engine : uint8_t { kFastest, kOpenSsl };

  static Result<AesGcm> Create(ByteView key, Engine engine = Engine::kFastest);  // 16 or 32 bytes

  // Writes the ciphertext and, after it, the tag. `out` is kTagSize longer than `plaintext`, and
  // either begins where it begins or does not overlap it.
  void Seal(const Nonce& nonce, ByteView aad, ByteView plaintext, MutableBytes out);

  // False, and `out` worthless, when the tag does not fit. `sealed` ends with the tag; `out` is
  // kTagSize shorter, and either begins where `sealed` begins or does not overlap it.
  [[nodiscard]] bool Open(const Nonce& nonce, ByteView aad, ByteView sealed, MutableBytes out);

 private:
  AesGcm() = default;

  SecretBytes sodium_state_;  // empty: OpenSSL does it all
  CipherContext context_;
};

// AES in counter mode under one key: 128 or 256 bits. One thread at a time; no allocation per call.
// Encrypting and decrypting are the same; neither authenticates.
class AesCtr {
 public:
  using Counter = std::array<uint8_t, 16>;

  static Result<AesCtr> Create(ByteView key);  // 16 or 32 bytes

  // XORs the keystream that begins at `counter` onto `in`. `out` is as long as `in`, and either
  // begins where it begins or does not overlap it.
  void Apply(const Counter& counter, ByteView in, MutableBytes out);

 private:
  AesCtr() = default;

  CipherContext context_;
};

}  // namespace continuo
