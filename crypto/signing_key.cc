// SPDX-License-Identifier: Apache-2.0
#include "crypto/signing_key.h"

#include <sodium.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "crypto/encoding.h"
#include "crypto/private_file.h"
#include "crypto/random.h"

namespace continuo {
namespace {

constexpr size_t kSeedSize = crypto_sign_ed25519_SEEDBYTES;
constexpr size_t kSeedTextSize = 43;  // of 32 bytes in base64url
// The file is this line's beginning, the seed in base64url, and a line feed.
constexpr std::string_view kFilePrefix = "continuo-ed25519-seed ";
constexpr size_t kFileSize = kFilePrefix.size() + kSeedTextSize + 1;

}  // namespace

SigningKey SigningKey::Generate() {
  SecretBytes seed(kSeedSize);
  RandomBytes(seed.bytes());
  return *FromSeed(seed.view());
}

Result<SigningKey> SigningKey::FromSeed(ByteView seed) {
  if (seed.size() != kSeedSize) {
    return Fail(ErrorCode::kInvalidArgument, "an Ed25519 seed has 32 bytes");
  }
  SigningKey key;
  key.secret_key_ = SecretBytes(crypto_sign_ed25519_SECRETKEYBYTES);
  crypto_sign_ed25519_seed_keypair(key.public_key_.data(), key.secret_key_.bytes().data(),
                                   seed.data());
  return key;
}

Result<SigningKey> SigningKey::Load(const std::string& path) {
  const auto file = ReadPrivateFile(path, kFileSize);
  if (!file) return tl::unexpected(file.error());
  const std::string_view text(reinterpret_cast<const char*>(file->view().data()), file->size());
  SecretBytes seed(kSeedSize);
  size_t size = 0;
  if (text.size() != kFileSize || !text.starts_with(kFilePrefix) || text.back() != '\n' ||
      sodium_base642bin(seed.bytes().data(), kSeedSize, text.data() + kFilePrefix.size(),
                        kSeedTextSize, nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      size != kSeedSize) {
    return Fail(ErrorCode::kMalformed, "not a signing key", path);
  }
  return FromSeed(seed.view());
}

Status SigningKey::Save(const std::string& path) const {
  // libsodium ends its text with a NUL, which becomes the line feed.
  SecretBytes text(kFileSize);
  char* out = reinterpret_cast<char*>(text.bytes().data());
  std::copy(kFilePrefix.begin(), kFilePrefix.end(), out);
  sodium_bin2base64(out + kFilePrefix.size(), kSeedTextSize + 1, secret_key_.view().data(),
                    kSeedSize, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.bytes().back() = '\n';
  return WritePrivateFile(path, text.view(), IfExists::kRefuse);
}

Result<SigningKey> SigningKey::LoadOrCreate(const std::string& path) {
  auto loaded = Load(path);
  if (loaded || loaded.error().code != ErrorCode::kNotFound) return loaded;
  SigningKey key = Generate();
  const Status saved = key.Save(path);
  if (saved) return key;
  // Another process was first: then the identity is the one that it wrote.
  if (saved.error().code == ErrorCode::kAlreadyExists) return Load(path);
  return tl::unexpected(saved.error());
}

Signature SigningKey::Sign(ByteView message) const {
  Signature signature;
  CONTINUO_CHECK(crypto_sign_ed25519_detached(signature.data(), nullptr, message.data(),
                                              message.size(), secret_key_.view().data()) == 0);
  return signature;
}

bool VerifySignature(const PublicKey& key, ByteView message, ByteView signature) {
  return signature.size() == crypto_sign_ed25519_BYTES &&
         crypto_sign_ed25519_verify_detached(signature.data(), message.data(), message.size(),
                                             key.data()) == 0;
}

std::string JwkX(const PublicKey& key) { return EncodeBase64Url(key); }

Result<PublicKey> PublicKeyFromJwkX(std::string_view x) {
  if (x.size() != kSeedTextSize) return Fail(ErrorCode::kMalformed, "not an Ed25519 public key");
  const auto bytes = DecodeBase64Url(x);
  if (!bytes) return tl::unexpected(bytes.error());
  PublicKey key{};
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

}  // namespace continuo
