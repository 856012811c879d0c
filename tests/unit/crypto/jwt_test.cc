// SPDX-License-Identifier: Apache-2.0
#include "crypto/jwt.h"

#include <gtest/gtest.h>

#include "crypto/encoding.h"

namespace continuo {
namespace {

constexpr std::string_view kClaims = R"({"room":"crisis","exp":1900000000})";

ByteView Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string Encoded(std::string_view text) { return EncodeBase64Url(Bytes(text)); }

class Jwt : public testing::Test {
 protected:
  // A token with any header, rightly signed: what an attacker with a key of his own could make.
  std::string Token(std::string_view header, std::string_view claims = kClaims) const {
    const std::string signed_part = Encoded(header) + "." + Encoded(claims);
    return signed_part + "." + EncodeBase64Url(key_.Sign(Bytes(signed_part)));
  }
  ErrorCode Refusal(std::string_view token) const {
    const auto verified = VerifyJwt(token, key_.public_key());
    EXPECT_FALSE(verified.has_value()) << token;
    return verified ? ErrorCode::kInternal : verified.error().code;
  }

  SigningKey key_ = SigningKey::Generate();
};

TEST_F(Jwt, CarriesClaims) {
  const auto token = SignJwt(key_, kClaims);
  ASSERT_TRUE(token.has_value());
  const auto claims = VerifyJwt(*token, key_.public_key());
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(std::string(claims->begin(), claims->end()), kClaims);
}

TEST_F(Jwt, OfAnotherKeyIsUnauthenticated) {
  const auto token = SignJwt(SigningKey::Generate(), kClaims);
  EXPECT_EQ(Refusal(*token), ErrorCode::kUnauthenticated);
}

TEST_F(Jwt, WithOneCharacterChangedIsRefused) {
  const std::string token = *SignJwt(key_, kClaims);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(VerifyJwt(changed, key_.public_key()).has_value()) << i;
  }
}

TEST_F(Jwt, MayLeaveOutItsType) {
  EXPECT_TRUE(VerifyJwt(Token(R"({"alg":"EdDSA"})"), key_.public_key()).has_value());
  EXPECT_TRUE(VerifyJwt(Token(R"({ "typ":"JWT", "alg":"EdDSA" })"), key_.public_key()).has_value());
}

TEST_F(Jwt, OfAnotherAlgorithmIsUnsupportedHoweverSigned) {
  for (const char* header :
       {R"({"alg":"none"})", R"({"alg":"HS256"})", R"({"alg":"ES256"})", R"({"alg":"eddsa"})",
        R"({"alg":["EdDSA"]})", R"({"typ":"JWT"})", R"({"alg":null})", R"({})"}) {
    EXPECT_EQ(Refusal(Token(header)), ErrorCode::kUnsupported) << header;
  }
  EXPECT_EQ(Refusal(Encoded(R"({"alg":"none"})") + "." + Encoded(kClaims) + "."),
            ErrorCode::kUnsupported);
}

TEST_F(Jwt, WithCriticalExtensionsIsUnsupported) {
  EXPECT_EQ(Refusal(Token(R"({"alg":"EdDSA","crit":["b64"],"b64":false})")),
            ErrorCode::kUnsupported);
}

TEST_F(Jwt, WithAnUnexpectedHeaderIsMalformed) {
  for (const char* header : {R"({"alg":"none","alg":"EdDSA"})", R"({"alg":"EdDSA","alg":"EdDSA"})",
                             R"({"\u0061lg":"EdDSA"})", R"({"alg":"EdDSA","kid":"1"})",
                             R"({"alg":"EdDSA","typ":"JOSE"})",
                             R"({"alg":"EdDSA"} )"
                             "x",
                             R"(["EdDSA"])", R"("EdDSA")", "", "{", R"({"alg":"EdDSA",})"}) {
    EXPECT_EQ(Refusal(Token(header)), ErrorCode::kMalformed) << header;
  }
}

TEST_F(Jwt, MustBeThreeCanonicalParts) {
  const std::string token = *SignJwt(key_, kClaims);
  const std::string without_signature = token.substr(0, token.rfind('.'));
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), without_signature,
        without_signature + ".", token + ".", token + ".e30", "." + token, token + "=",
        token + "\n", " " + token, token + "A", token.substr(0, token.size() - 1)}) {
    EXPECT_EQ(Refusal(bad), ErrorCode::kMalformed) << bad;
  }
}

TEST_F(Jwt, HasOneSpelling) {
  // The last character of a 64-byte signature carries four bits that mean nothing.
  std::string token = *SignJwt(key_, kClaims);
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  token.back() = alphabet[alphabet.find(token.back()) + 1];
  EXPECT_EQ(Refusal(token), ErrorCode::kMalformed);
}

TEST_F(Jwt, IsBounded) {
  EXPECT_FALSE(SignJwt(key_, std::string(4000, ' ')).has_value());
  const auto longest = SignJwt(key_, std::string(2900, ' '));
  ASSERT_TRUE(longest.has_value());
  EXPECT_TRUE(VerifyJwt(*longest, key_.public_key()).has_value());
  EXPECT_EQ(Refusal(Token(R"({"alg":"EdDSA"})", std::string(4000, ' '))), ErrorCode::kMalformed);
  EXPECT_EQ(Refusal(Token(R"({"alg":"EdDSA")" + std::string(300, ' ') + "}")),
            ErrorCode::kMalformed);
}

}  // namespace
}  // namespace continuo
