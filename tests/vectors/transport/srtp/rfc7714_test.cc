// SPDX-License-Identifier: Apache-2.0
// RFC 7714, sections 16 (SRTP) and 17 (SRTCP). They give session keys, not master keys.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/encoding.h"
#include "transport/srtp/srtp_cipher.h"

namespace continuo {
namespace {

constexpr std::string_view kKey128 = "000102030405060708090a0b0c0d0e0f";
constexpr std::string_view kKey256 =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr std::string_view kSalt = "517569642070726f2071756f";  // "Quid pro quo"

constexpr Ssrc kRtpSsrc(0x5501a0b2);
constexpr uint64_t kRtpIndex = 0xf17b;
constexpr size_t kRtpHeader = 12;
constexpr std::string_view kRtp =
    "8040f17b8041f8d35501a0b2"
    "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
constexpr std::string_view kSrtp128 =
    "8040f17b8041f8d35501a0b2"
    "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
    "899d7f27beb16a9152cf765ee4390cce";
constexpr std::string_view kSrtp256 =
    "8040f17b8041f8d35501a0b2"
    "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
    "7aa3db36dfffd6b0f9bb7878d7a76c13";

constexpr Ssrc kRtcpSsrc(0x4d617273);
constexpr uint32_t kRtcpIndex = 0x5d4;
constexpr std::string_view kRtcp =
    "81c8000d4d617273"
    "4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
constexpr std::string_view kSrtcp128 =
    "81c8000d4d617273"
    "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b"
    "c84aa45896cf4d2fc5abf87245d9eade800005d4";
constexpr std::string_view kSrtcp256 =
    "81c8000d4d617273"
    "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad"
    "1d1eb30c4446839f57ff6f6cb26ac3be800005d4";

struct Case {
  SrtpProfile profile;
  std::string_view key;
  std::string_view srtp;
  std::string_view srtcp;
  std::string_view tag_of_clear_srtcp;
};

class Rfc7714 : public testing::TestWithParam<Case> {
 protected:
  static SecretBytes Secret(std::string_view hex) { return SecretBytes::CopyOf(*DecodeHex(hex)); }

  SrtpCipher cipher_ =
      *SrtpCipher::Create(GetParam().profile, SrtpSessionKeys{.encryption = Secret(GetParam().key),
                                                              .authentication = {},
                                                              .salt = Secret(kSalt)});
};

TEST_P(Rfc7714, SealsSrtp) {
  auto packet = *DecodeHex(kRtp);
  const auto payload = std::vector<uint8_t>(packet.begin() + kRtpHeader, packet.end());
  packet.resize(packet.size() + 16);
  cipher_.SealRtp(kRtpIndex, kRtpSsrc, kRtpHeader, payload, packet);
  EXPECT_EQ(EncodeHex(packet), GetParam().srtp);
}

TEST_P(Rfc7714, OpensSrtp) {
  auto packet = *DecodeHex(GetParam().srtp);
  ASSERT_TRUE(cipher_.OpenRtp(kRtpIndex, kRtpSsrc, kRtpHeader, packet));
  packet.resize(packet.size() - 16);
  EXPECT_EQ(EncodeHex(packet), kRtp);
}

TEST_P(Rfc7714, SealsSrtcp) {
  auto packet = *DecodeHex(kRtcp);
  packet.resize(packet.size() + 20);
  cipher_.SealRtcp(kRtcpIndex, kRtcpSsrc, packet);
  EXPECT_EQ(EncodeHex(packet), GetParam().srtcp);
}

TEST_P(Rfc7714, OpensSrtcp) {
  auto packet = *DecodeHex(GetParam().srtcp);
  EXPECT_EQ(cipher_.RtcpIndexWord(packet), 0x800005d4);
  ASSERT_TRUE(cipher_.OpenRtcp(kRtcpIndex, kRtcpSsrc, packet));
  packet.resize(packet.size() - 20);
  EXPECT_EQ(EncodeHex(packet), kRtcp);
}

// Sections 17.3 and 17.4 authenticate without encrypting, which we refuse on the wire; the tag
// still is one more check of the AEAD: everything is associated data, the E bit is 0.
TEST_P(Rfc7714, TagsClearSrtcp) {
  AesGcm gcm = *AesGcm::Create(*DecodeHex(GetParam().key));
  AesGcm::Nonce nonce;
  const auto nonce_bytes = *DecodeHex("517524055203726f207170bb");
  std::copy(nonce_bytes.begin(), nonce_bytes.end(), nonce.begin());
  std::vector<uint8_t> tag(16);
  gcm.Seal(nonce, *DecodeHex(std::string(kRtcp) + "000005d4"), {}, tag);
  EXPECT_EQ(EncodeHex(tag), GetParam().tag_of_clear_srtcp);
}

INSTANTIATE_TEST_SUITE_P(Profiles, Rfc7714,
                         testing::Values(Case{SrtpProfile::kAeadAes128Gcm, kKey128, kSrtp128,
                                              kSrtcp128, "841dd9683dd78ec92ae58790125f62b3"},
                                         Case{SrtpProfile::kAeadAes256Gcm, kKey256, kSrtp256,
                                              kSrtcp256, "91db4afbfeee5a978fab4393ed2615fe"}));

}  // namespace
}  // namespace continuo
