// SPDX-License-Identifier: Apache-2.0
// RFC 8037, appendix A: an Ed25519 key, its JWK and a JWS made with it.
#include <gtest/gtest.h>

#include "crypto/encoding.h"
#include "crypto/jwt.h"
#include "crypto/signing_key.h"

namespace continuo {
namespace {

constexpr std::string_view kD = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
constexpr std::string_view kX = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr std::string_view kSigned = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view kSignature =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

TEST(Rfc8037, PrivateKeyGivesPublicKey) {
  const auto key = SigningKey::FromSeed(DecodeBase64Url(kD).value());
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(JwkX(key->public_key()), kX);
}

TEST(Rfc8037, SigningGivesTheSignature) {
  const auto key = SigningKey::FromSeed(DecodeBase64Url(kD).value());
  const ByteView input{reinterpret_cast<const uint8_t*>(kSigned.data()), kSigned.size()};
  EXPECT_EQ(EncodeBase64Url(key->Sign(input)), kSignature);
}

TEST(Rfc8037, TokenVerifies) {
  const auto payload = VerifyJwt(std::string(kSigned) + "." + std::string(kSignature),
                                 PublicKeyFromJwkX(kX).value());
  ASSERT_TRUE(payload.has_value());
  EXPECT_EQ(std::string(payload->begin(), payload->end()), "Example of Ed25519 signing");
}

}  // namespace
}  // namespace continuo
