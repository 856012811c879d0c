// SPDX-License-Identifier: Apache-2.0
#include "crypto/encoding.h"

#include <gtest/gtest.h>

#include <numeric>

#include "crypto/random.h"

namespace continuo {
namespace {

TEST(Base64Url, ReadsBackWhatItWrote) {
  for (size_t size = 0; size < 70; ++size) {
    std::vector<uint8_t> bytes(size);
    std::iota(bytes.begin(), bytes.end(), uint8_t{240});
    const std::string text = EncodeBase64Url(bytes);
    EXPECT_EQ(text.size(), (size * 4 + 2) / 3);
    EXPECT_EQ(DecodeBase64Url(text).value(), bytes);
  }
}

TEST(Base64Url, UsesTheUrlAlphabet) {
  EXPECT_EQ(EncodeBase64Url(std::vector<uint8_t>{0xfb, 0xff, 0xfe}), "-__-");
}

TEST(Base64Url, HasOneSpellingPerByteString) {
  EXPECT_TRUE(DecodeBase64Url("Zg").has_value());
  for (const char* text : {"Zh", "Zg==", "Zg=", "Z", "Zg\n", " Zg", "Zm9\xff", "+/+/", "Zm9v."}) {
    EXPECT_FALSE(DecodeBase64Url(text).has_value()) << text;
  }
  EXPECT_FALSE(DecodeBase64Url(std::string_view("Zg\0A", 4)).has_value());
}

TEST(Hex, ReadsEitherCaseAndWritesLower) {
  EXPECT_EQ(EncodeHex(DecodeHex("00fFaB").value()), "00ffab");
  for (const char* text : {"0", "0g", "0x", "00:11", " 00"}) {
    EXPECT_FALSE(DecodeHex(text).has_value()) << text;
  }
}

TEST(RandomToken, IsAsLongAsItsBitsNeed) {
  EXPECT_EQ(RandomToken(128).size(), 22u);
  EXPECT_EQ(RandomToken(132).size(), 22u);
  EXPECT_EQ(RandomToken(133).size(), 23u);
  EXPECT_NE(RandomToken(128), RandomToken(128));
}

TEST(RandomAlphanumeric, KeepsToIceCharacters) {
  const std::string text = RandomAlphanumeric(4000);
  EXPECT_EQ(text.size(), 4000u);
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
      std::string::npos);
  // 62 characters, 4000 draws: one missing has odds of 1 in 10^26.
  for (const char c : std::string_view("AZaz09")) EXPECT_NE(text.find(c), std::string::npos) << c;
}

}  // namespace
}  // namespace continuo
