// SPDX-License-Identifier: Apache-2.0
#include "api/invitations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "crypto/init.h"
#include "crypto/jwt.h"

namespace continuo {
namespace {

constexpr int64_t kNow = 1'700'000'000;
constexpr TimeDelta kHour = TimeDelta::Seconds(3600);

class InvitationsTest : public ::testing::Test {
 protected:
  std::string Refusal(std::string_view token, int64_t now = kNow) {
    const auto invitation = invitations_.Verify(token, now);
    if (invitation) return "accepted";
    EXPECT_EQ(invitation.error().code, ErrorCode::kUnauthenticated);
    EXPECT_TRUE(invitation.error().detail.empty());
    return std::string(invitation.error().text);
  }
  // Signed by the right key, whatever it says.
  std::string Signed(std::string_view claims) { return *SignJwt(key_, claims); }

  const Status ready_ = InitCrypto();
  const SigningKey key_ = SigningKey::Generate();
  const Invitations invitations_{key_};
};

TEST_F(InvitationsTest, LetsInWhoeverHoldsOne) {
  const auto token = invitations_.Make("crisis", "Zoë", kHour, kNow);
  ASSERT_TRUE(token);
  const auto invitation = invitations_.Verify(*token, kNow + 10);
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->room, "crisis");
  EXPECT_EQ(invitation->display_name, "Zoë");
  EXPECT_EQ(invitation->expires_unix_seconds, kNow + 3600);
  EXPECT_FALSE(invitation->id.empty());
}

TEST_F(InvitationsTest, NoTwoAreTheSame) {
  EXPECT_NE(*invitations_.Make("crisis", "Ana", kHour, kNow),
            *invitations_.Make("crisis", "Ana", kHour, kNow));
}

TEST_F(InvitationsTest, EndsAMinuteAfterItsTimeAndBeginsAMinuteBefore) {
  const std::string token = *invitations_.Make("crisis", "Ana", kHour, kNow);
  EXPECT_EQ(Refusal(token, kNow + 3600 + 59), "accepted");
  EXPECT_EQ(Refusal(token, kNow + 3600 + 60), "This invitation has expired");
  EXPECT_EQ(Refusal(token, kNow - 60), "accepted");
  EXPECT_EQ(Refusal(token, kNow - 61), "This invitation is not valid yet");
}

TEST_F(InvitationsTest, AnotherServersIsRefused) {
  const SigningKey other = SigningKey::Generate();
  const std::string token = *Invitations(other).Make("crisis", "Ana", kHour, kNow);
  EXPECT_THAT(Refusal(token), ::testing::HasSubstr("not valid here"));
}

TEST_F(InvitationsTest, AChangedOneIsRefused) {
  const std::string token = *invitations_.Make("crisis", "Ana", kHour, kNow);
  for (size_t i = 0; i < token.size(); i += 7) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(Refusal(changed), "accepted") << i;
  }
  EXPECT_NE(Refusal(token.substr(0, token.size() - 1)), "accepted");
  EXPECT_NE(Refusal(token + "."), "accepted");
}

TEST_F(InvitationsTest, NothingAndTooMuchAreRefused) {
  EXPECT_EQ(Refusal(""), "An invitation is needed");
  EXPECT_NE(Refusal(std::string(100'000, 'A')), "accepted");
}

TEST_F(InvitationsTest, EvenSignedClaimsAreChecked) {
  EXPECT_EQ(Refusal(Signed(R"({"iss":"continuo","room":"crisis","name":"Ana","jti":"1",)"
                           R"("iat":1700000000,"exp":1700003600})")),
            "accepted");
  for (
      const char* claims : {
          R"([])",
          R"({)",
          R"({"iss":"other","room":"crisis","name":"Ana","jti":"1","iat":1700000000,"exp":1700003600})",
          R"({"iss":"continuo","name":"Ana","jti":"1","iat":1700000000,"exp":1700003600})",
          R"({"iss":"continuo","room":"../x","name":"Ana","jti":"1","iat":1700000000,"exp":1700003600})",
          R"({"iss":"continuo","room":"crisis","name":"A\nb","jti":"1","iat":1700000000,"exp":1700003600})",
          R"({"iss":"continuo","room":"crisis","name":7,"jti":"1","iat":1700000000,"exp":1700003600})",
          R"({"iss":"continuo","room":"crisis","name":"Ana","jti":"","iat":1700000000,"exp":1700003600})",
          R"({"iss":"continuo","room":"crisis","name":"Ana","jti":"1","iat":1700000000})",
          R"({"iss":"continuo","room":"crisis","name":"Ana","jti":"1","iat":1700000000,"exp":"never"})",
          R"({"iss":"continuo","room":"crisis","name":"Ana","jti":"1","iat":1700000000,"exp":9223372036854775807})",
          R"({"iss":"continuo","room":"crisis","name":"Ana","jti":"1","iat":1700000001,"exp":1700000000})",
      }) {
    EXPECT_THAT(Refusal(Signed(claims)), ::testing::HasSubstr("not valid here")) << claims;
  }
}

TEST_F(InvitationsTest, DoesNotMakeWhatItWouldRefuse) {
  EXPECT_FALSE(invitations_.Make("no such/room", "Ana", kHour, kNow));
  EXPECT_FALSE(invitations_.Make("crisis", "", kHour, kNow));
  EXPECT_FALSE(invitations_.Make("crisis", "Ana", TimeDelta(), kNow));
  EXPECT_FALSE(invitations_.Make("crisis", "Ana", Invitations::kMaxTtl + kHour, kNow));
}

TEST_F(InvitationsTest, TheLongestNamesFit) {
  std::string name;
  for (int i = 0; i < 64; ++i) name += "𝔸";
  const auto token = invitations_.Make(std::string(64, 'r'), name, Invitations::kMaxTtl, kNow);
  ASSERT_TRUE(token);
  EXPECT_LE(token->size(), Invitations::kMaxTokenLength);
  EXPECT_EQ(Refusal(*token), "accepted");
}

}  // namespace
}  // namespace continuo
