// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/crypto/state_directory.h"

namespace continuo {
namespace {

using testing::HasSubstr;

constexpr int64_t kNow = 1'790'000'000;  // in September 2026
constexpr int64_t kDay = 24 * 3600;

std::string AsText(const SecretBytes& bytes) { return {bytes.view().begin(), bytes.view().end()}; }

TEST(DtlsCertificate, IsFreshEachTime) {
  const auto first = Certificate::MakeForDtls(kNow);
  const auto second = Certificate::MakeForDtls(kNow);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_FALSE(first->fingerprint() == second->fingerprint());
  EXPECT_NE(AsText(first->PrivateKeyPem()), AsText(second->PrivateKeyPem()));
}

TEST(DtlsCertificate, IsSignedByItsOwnP256Key) {
  const auto certificate = Certificate::MakeForDtls(kNow);
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(X509_verify(certificate->x509(), certificate->private_key()), 1);
  EXPECT_EQ(EVP_PKEY_get_bits(certificate->private_key()), 256);
  // A peer whose clock is a day behind takes it too.
  time_t yesterday = kNow - kDay;
  EXPECT_LT(X509_cmp_time(X509_get0_notBefore(certificate->x509()), &yesterday), 0);
}

TEST(Fingerprint, IsWrittenAsSdpWantsIt) {
  const auto certificate = Certificate::MakeForDtls(kNow);
  unsigned char digest[32];
  unsigned size = 0;
  ASSERT_EQ(X509_digest(certificate->x509(), EVP_sha256(), digest, &size), 1);
  EXPECT_TRUE(std::equal(digest, digest + 32, certificate->fingerprint().sha256.begin()));
  const std::string text = certificate->fingerprint().ToString();
  EXPECT_EQ(text.size(), 95u);
  EXPECT_THAT(text, testing::MatchesRegex("([0-9A-F][0-9A-F]:)*[0-9A-F][0-9A-F]"));
}

TEST(Fingerprint, IsReadInEitherCaseAndNoOtherWay) {
  const Fingerprint fingerprint = Certificate::MakeForDtls(kNow)->fingerprint();
  const std::string text = fingerprint.ToString();
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
  EXPECT_EQ(Fingerprint::Parse(text).value(), fingerprint);
  EXPECT_EQ(Fingerprint::Parse(lower).value(), fingerprint);
  std::string dashes = text;
  std::replace(dashes.begin(), dashes.end(), ':', '-');
  std::string foreign = text;
  foreign[0] = 'G';
  for (const std::string& bad : {std::string(), text + ":00", text.substr(3), dashes, foreign}) {
    EXPECT_FALSE(Fingerprint::Parse(bad).has_value()) << bad;
  }
}

class HttpsCertificate : public testing::Test {
 protected:
  Result<Certificate> Start(std::vector<std::string> hosts, int64_t now = kNow) {
    return Certificate::LoadOrMakeForHttps(path_, hosts, now);
  }

  StateDirectory state_;
  std::string path_ = state_.File("https.pem");
};

TEST_F(HttpsCertificate, NamesItsHosts) {
  const auto certificate = Start({"mcu.hospital.example", "192.0.2.7", "2001:db8::7"});
  ASSERT_TRUE(certificate.has_value());
  for (const char* host : {"localhost", "mcu.hospital.example"}) {
    EXPECT_EQ(X509_check_host(certificate->x509(), host, 0, 0, nullptr), 1) << host;
  }
  for (const char* address : {"127.0.0.1", "::1", "192.0.2.7", "2001:db8:0::7"}) {
    EXPECT_EQ(X509_check_ip_asc(certificate->x509(), address, 0), 1) << address;
  }
  EXPECT_EQ(X509_check_host(certificate->x509(), "elsewhere.example", 0, 0, nullptr), 0);
  EXPECT_THAT(certificate->CertificatePem(), HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(AsText(certificate->PrivateKeyPem()), HasSubstr("BEGIN PRIVATE KEY"));
}

TEST_F(HttpsCertificate, IsKeptOverRestarts) {
  const auto first = Start({"mcu.example"});
  EXPECT_EQ(ModeOf(path_), 0600u);
  const auto again = Start({"mcu.example"}, kNow + 100 * kDay);
  ASSERT_TRUE(first.has_value() && again.has_value());
  EXPECT_EQ(again->fingerprint(), first->fingerprint());
}

TEST_F(HttpsCertificate, KeepsItsKeyWhenMadeAnew) {
  const auto first = Start({"mcu.example"});
  const auto more_hosts = Start({"mcu.example", "192.0.2.7"});
  const auto before_expiry = Start({"mcu.example"}, more_hosts->not_after_unix() - 29 * kDay);
  EXPECT_FALSE(more_hosts->fingerprint() == first->fingerprint());
  EXPECT_FALSE(before_expiry->fingerprint() == more_hosts->fingerprint());
  EXPECT_EQ(AsText(more_hosts->PrivateKeyPem()), AsText(first->PrivateKeyPem()));
  EXPECT_EQ(AsText(before_expiry->PrivateKeyPem()), AsText(first->PrivateKeyPem()));
  EXPECT_GT(before_expiry->not_after_unix(), more_hosts->not_after_unix());
}

TEST_F(HttpsCertificate, ThatCannotBeUsedStaysAsItIs) {
  Write(path_, "-----BEGIN PRIVATE KEY-----\nnonsense\n", 0600);
  EXPECT_EQ(Start({}).error().code, ErrorCode::kMalformed);
  EXPECT_THAT(Read(path_), HasSubstr("nonsense"));
  Write(path_, "", 0644);
  EXPECT_EQ(Start({}).error().code, ErrorCode::kPermissionDenied);
}

TEST_F(HttpsCertificate, RefusesHostsThatAreNone) {
  for (const char* host : {"", "a b", "DNS:evil", "*.example", "a,IP:1.2.3.4"}) {
    EXPECT_EQ(Start({host}).error().code, ErrorCode::kInvalidArgument) << host;
  }
  EXPECT_EQ(state_.FileCount(), 0u);
}

}  // namespace
}  // namespace continuo
