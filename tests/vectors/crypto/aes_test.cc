// SPDX-License-Identifier: Apache-2.0
// AES-CTR: NIST SP 800-38A, F.5.1 and F.5.5. AES-GCM: the submission's test cases 4 and 16.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "crypto/aead.h"
#include "crypto/encoding.h"

namespace continuo {
namespace {

std::vector<uint8_t> Hex(std::string_view text) { return DecodeHex(text).value(); }

constexpr std::string_view kPlain =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

std::string Ctr(std::string_view key) {
  AesCtr::Counter counter;
  std::ranges::copy(Hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), counter.begin());
  auto bytes = Hex(kPlain);
  AesCtr::Create(Hex(key))->Apply(counter, bytes, bytes);
  return EncodeHex(bytes);
}

TEST(Sp800_38A, Ctr128) {
  EXPECT_EQ(Ctr("2b7e151628aed2a6abf7158809cf4f3c"),
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
            "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee");
}

TEST(Sp800_38A, Ctr256) {
  EXPECT_EQ(Ctr("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
            "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6");
}

std::string Gcm(std::string_view key, AesGcm::Engine engine) {
  AesGcm::Nonce nonce;
  std::ranges::copy(Hex("cafebabefacedbaddecaf888"), nonce.begin());
  const auto plain =
      Hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  std::vector<uint8_t> sealed(plain.size() + AesGcm::kTagSize);
  AesGcm::Create(Hex(key), engine)
      ->Seal(nonce, Hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"), plain, sealed);
  return EncodeHex(sealed);
}

TEST(GcmSubmission, Case4) {
  EXPECT_EQ(Gcm("feffe9928665731c6d6a8f9467308308", AesGcm::Engine::kFastest),
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
            "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
            "5bc94fbc3221a5db94fae95ae7121a47");
}

TEST(GcmSubmission, Case16) {
  for (const auto engine : {AesGcm::Engine::kFastest, AesGcm::Engine::kOpenSsl}) {
    EXPECT_EQ(Gcm("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", engine),
              "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
              "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
              "76fc6ece0f4e1768cddf8853bb2d551b");
  }
}

}  // namespace
}  // namespace continuo
