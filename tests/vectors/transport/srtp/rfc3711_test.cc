// SPDX-License-Identifier: Apache-2.0
// RFC 3711, appendix B: B.2 the AES-CM keystream, B.3 key derivation; RFC 6188, section 7.2, for
// 256-bit master keys.
#include <gtest/gtest.h>

#include <vector>

#include "crypto/encoding.h"
#include "transport/srtp/key_derivation.h"
#include "transport/srtp/srtp_cipher.h"

namespace continuo {
namespace {

SecretBytes Secret(std::string_view hex) { return SecretBytes::CopyOf(*DecodeHex(hex)); }

std::string Hex(const SecretBytes& secret) { return EncodeHex(secret.view()); }

TEST(Rfc3711, B2Keystream) {
  // SSRC, ROC and SEQ are 0 there; a payload of zeros shows the keystream.
  auto cipher =
      SrtpCipher::Create(SrtpProfile::kAes128CmSha1_80,
                         SrtpSessionKeys{.encryption = Secret("2b7e151628aed2a6abf7158809cf4f3c"),
                                         .authentication = SecretBytes(20),
                                         .salt = Secret("f0f1f2f3f4f5f6f7f8f9fafbfcfd")});
  ASSERT_TRUE(cipher.has_value());
  const std::vector<uint8_t> zeros(0xff02 * 16);
  std::vector<uint8_t> packet(12 + zeros.size() + 10);
  cipher->SealRtp(0, Ssrc(0), 12, zeros, packet);
  const auto blocks = [&](size_t first, size_t count) {
    return EncodeHex(ByteView(packet).subspan(12 + first * 16, count * 16));
  };
  EXPECT_EQ(blocks(0, 3),
            "e03ead0935c95e80e166b16dd92b4eb4"
            "d23513162b02d0f72a43a2fe4a5f97ab"
            "41e95b3bb0a2e8dd477901e4fca894c0");
  EXPECT_EQ(blocks(0xfeff, 3),
            "ec8cdf7398607cb0f2d21675ea9ea1e4"
            "362b7c3c6773516318a077d7fc5073ae"
            "6a2cc3787889374fbeb4c81b17ba6c44");
}

TEST(Rfc3711, B3KeyDerivation) {
  const auto keys = DeriveSessionKeys(SrtpProfile::kAes128CmSha1_80,
                                      {.key = Secret("e1f97a0d3e018be0d64fa32c06de4139"),
                                       .salt = Secret("0ec675ad498afeebb6960b3aabe6")},
                                      SrtpStreamKind::kRtp);
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ(Hex(keys->encryption), "c61e7a93744f39ee10734afe3ff7a087");
  EXPECT_EQ(Hex(keys->salt), "30cbbc08863d8c85d49db34a9ae1");
  // The appendix derives 94 bytes; SHA1_80 takes the first 20.
  EXPECT_EQ(Hex(keys->authentication), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
}

TEST(Rfc6188, Section7KeyDerivation) {
  // With a 112-bit master salt. Ours has 96 bits and zeros behind, so only the PRF is compared: the
  // encryption key for label 0 is the keystream from salt * 2^16.
  AesCtr prf = *AesCtr::Create(
      *DecodeHex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"));
  AesCtr::Counter counter{};
  const auto salt = *DecodeHex("3b04803de51ee7c96423ab5b78d2");
  std::copy(salt.begin(), salt.end(), counter.begin());
  std::vector<uint8_t> key(32);
  prf.Apply(counter, key, key);
  EXPECT_EQ(EncodeHex(key), "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4");
}

}  // namespace
}  // namespace continuo
