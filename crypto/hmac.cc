// SPDX-License-Identifier: Apache-2.0
// OpenSSL 3.0's EVP_MAC allocates for every MAC. Its plain SHA-1 does not, and lets the state after
// the key block be kept and copied; that it is marked as deprecated is a matter of API, not of
// code.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hmac.h"

#include <openssl/sha.h>
#include <sodium.h>

#include <cstring>

#include "base/check.h"
#include "crypto/secret.h"

namespace continuo {
namespace {

constexpr size_t kBlockSize = SHA_CBLOCK;
static_assert(SHA_DIGEST_LENGTH == HmacSha1::kSize);

template <size_t kSize>
void Absorb(std::array<uint8_t, kBlockSize> block, uint8_t pad, std::array<uint8_t, kSize>& state) {
  static_assert(sizeof(SHA_CTX) == kSize);
  for (uint8_t& byte : block) byte ^= pad;
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, block.data(), block.size());
  std::memcpy(state.data(), &context, sizeof(context));
  Wipe(block);
  sodium_memzero(&context, sizeof(context));
}

}  // namespace

HmacSha1::HmacSha1(ByteView key) {
  std::array<uint8_t, kBlockSize> block{};
  if (key.size() > kBlockSize) {
    SHA1(key.data(), key.size(), block.data());
  } else if (!key.empty()) {
    std::memcpy(block.data(), key.data(), key.size());
  }
  Absorb(block, 0x36, inner_);
  Absorb(block, 0x5c, outer_);
  Wipe(block);
}

HmacSha1::~HmacSha1() {
  Wipe(inner_);
  Wipe(outer_);
}

HmacSha1::Mac HmacSha1::Compute(std::initializer_list<ByteView> parts) const {
  SHA_CTX context;
  Mac mac;
  std::memcpy(&context, inner_.data(), sizeof(context));
  for (const ByteView part : parts) SHA1_Update(&context, part.data(), part.size());
  SHA1_Final(mac.data(), &context);
  std::memcpy(&context, outer_.data(), sizeof(context));
  SHA1_Update(&context, mac.data(), mac.size());
  SHA1_Final(mac.data(), &context);
  return mac;
}

bool HmacSha1::Verify(std::initializer_list<ByteView> parts, ByteView mac) const {
  constexpr size_t kShortest = 10;  // 80 bits, as SRTP cuts it
  if (mac.size() < kShortest || mac.size() > kSize) return false;
  return ConstantTimeEqual(ByteView(Compute(parts)).first(mac.size()), mac);
}

bool ConstantTimeEqual(ByteView a, ByteView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace continuo
