// SPDX-License-Identifier: Apache-2.0
#include "crypto/signing_key.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/crypto/state_directory.h"

namespace continuo {
namespace {

const std::vector<uint8_t> kMessage{'a', 'd', 'm', 'i', 't', ' ', 'B', 'o', 'b'};

TEST(SigningKey, SignsWhatOnlyItsPublicKeyVerifies) {
  const SigningKey key = SigningKey::Generate();
  Signature signature = key.Sign(kMessage);
  EXPECT_TRUE(VerifySignature(key.public_key(), kMessage, signature));
  EXPECT_FALSE(VerifySignature(SigningKey::Generate().public_key(), kMessage, signature));
  EXPECT_FALSE(VerifySignature(key.public_key(), ByteView(kMessage).first(5), signature));
  EXPECT_FALSE(VerifySignature(key.public_key(), kMessage, ByteView(signature).first(63)));
  signature[40] ^= 1;
  EXPECT_FALSE(VerifySignature(key.public_key(), kMessage, signature));
}

TEST(SigningKey, OfSmallOrderVerifiesNothing) {
  PublicKey neutral{};
  neutral[0] = 1;
  EXPECT_FALSE(VerifySignature(neutral, kMessage, Signature{1}));
}

TEST(SigningKey, SurvivesARestart) {
  const StateDirectory state;
  const auto first = SigningKey::LoadOrCreate(state.File("identity"));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(ModeOf(state.File("identity")), 0600u);
  const auto again = SigningKey::LoadOrCreate(state.File("identity"));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->public_key(), first->public_key());
  EXPECT_TRUE(VerifySignature(first->public_key(), kMessage, again->Sign(kMessage)));
}

TEST(SigningKey, IsNeverReplacedBehindTheOperatorsBack) {
  const StateDirectory state;
  for (const std::string content : {"", "continuo-ed25519-seed AAAA\n", "garbage"}) {
    Write(state.File("identity"), content, 0600);
    EXPECT_EQ(SigningKey::LoadOrCreate(state.File("identity")).error().code, ErrorCode::kMalformed);
    EXPECT_EQ(Read(state.File("identity")), content);
  }
  ASSERT_TRUE(SigningKey::Generate().Save(state.File("other")));
  ::chmod(state.File("other").c_str(), 0644);
  EXPECT_EQ(SigningKey::LoadOrCreate(state.File("other")).error().code,
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(SigningKey::Generate().Save(state.File("other")).error().code,
            ErrorCode::kAlreadyExists);
}

TEST(JwkX, ReadsBackWhatItWrote) {
  const SigningKey key = SigningKey::Generate();
  EXPECT_EQ(PublicKeyFromJwkX(JwkX(key.public_key())).value(), key.public_key());
  EXPECT_FALSE(PublicKeyFromJwkX("AAAA").has_value());
  EXPECT_FALSE(PublicKeyFromJwkX(std::string(43, '!')).has_value());
}

}  // namespace
}  // namespace continuo
