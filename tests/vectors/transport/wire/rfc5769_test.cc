// SPDX-License-Identifier: Apache-2.0
// RFC 5769 §2.1 to §2.3: the sample messages with short-term credentials. The MACs are checked with
// OpenSSL here, since wire/ itself holds no keys; the fingerprints are checked by Parse().
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string_view>
#include <vector>

#include "tests/support/hex.h"
#include "transport/wire/stun.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr StunTransactionId kTransaction{0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
                                         0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};

std::vector<uint8_t> SampleRequest() {
  return Hex(
      "0001 0058 2112a442 b7e7a701bc34d686fa87dfae"
      "8022 0010 5354554e207465737420636c69656e74"
      "0024 0004 6e0001ff"
      "8029 0008 932ff9b151263b36"
      "0006 0009 6576746a3a68367659 202020"
      "0008 0014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
      "8028 0004 e57a3bcf");
}

std::vector<uint8_t> SampleIpv4Response() {
  return Hex(
      "0101 003c 2112a442 b7e7a701bc34d686fa87dfae"
      "8022 000b 7465737420766563746f72 20"
      "0020 0008 0001 a147 e112a643"
      "0008 0014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7"
      "8028 0004 c07d4c96");
}

std::vector<uint8_t> SampleIpv6Response() {
  return Hex(
      "0101 0048 2112a442 b7e7a701bc34d686fa87dfae"
      "8022 000b 7465737420766563746f72 20"
      "0020 0014 0002 a147 0113a9faa5d3f179bc25f4b5bed2b9d9"
      "0008 0014 a382954e4be67bf11784c97c8292c275bfe3ed41"
      "8028 0004 c8fb0b4c");
}

StunMac HmacSha1(ByteView message) {
  StunMac mac{};
  unsigned size = 0;
  HMAC(EVP_sha1(), kPassword.data(), static_cast<int>(kPassword.size()), message.data(),
       message.size(), mac.data(), &size);
  return mac;
}

void ExpectIntegrity(const StunMessage& message) {
  const auto input = message.IntegrityInput();
  ASSERT_TRUE(input);
  std::vector<uint8_t> covered(input->header.begin(), input->header.end());
  covered.insert(covered.end(), input->body.begin(), input->body.end());
  EXPECT_THAT(input->received_mac, ElementsAreArray(HmacSha1(covered)));
}

TEST(Rfc5769, SampleRequest) {
  const auto bytes = SampleRequest();
  const auto message = StunMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type(), StunType::kBindingRequest);
  EXPECT_EQ(message->transaction_id(), kTransaction);
  EXPECT_THAT(message->software(), Optional(std::string_view("STUN test client")));
  EXPECT_THAT(message->username(), Optional(std::string_view("evtj:h6vY")));
  EXPECT_THAT(message->priority(), Optional(0x6e0001ffu));
  EXPECT_THAT(message->ice_controlled(), Optional(0x932ff9b151263b36u));
  EXPECT_EQ(message->ice_controlling(), std::nullopt);
  EXPECT_FALSE(message->use_candidate());
  EXPECT_TRUE(message->has_fingerprint());
  EXPECT_THAT(message->unknown_required(), IsEmpty());
  ExpectIntegrity(*message);
}

TEST(Rfc5769, SampleIpv4Response) {
  const auto bytes = SampleIpv4Response();
  const auto message = StunMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type(), StunType::kBindingSuccess);
  EXPECT_THAT(message->software(), Optional(std::string_view("test vector")));
  EXPECT_THAT(message->xor_mapped_address(), Optional(SocketAddress::Parse("192.0.2.1:32853")));
  EXPECT_TRUE(message->has_fingerprint());
  ExpectIntegrity(*message);
}

TEST(Rfc5769, SampleIpv6Response) {
  const auto bytes = SampleIpv6Response();
  const auto message = StunMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_THAT(message->xor_mapped_address(),
              Optional(SocketAddress::Parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853")));
  EXPECT_TRUE(message->has_fingerprint());
  ExpectIntegrity(*message);
}

// What we write with the same values differs from the samples in one thing only: they pad with
// spaces, and we with zeros, as RFC 8489 §14 asks. So MAC and fingerprint differ too, but not what
// is read.
TEST(Rfc5769, OurOwnRequestIsReadLikeTheSample) {
  std::array<uint8_t, 256> buffer{};
  StunWriter writer(StunType::kBindingRequest, kTransaction, buffer);
  writer.Software("STUN test client");
  writer.Priority(0x6e0001ff);
  writer.IceControlled(0x932ff9b151263b36);
  writer.Username("evtj:h6vY");
  writer.AppendIntegrity(HmacSha1(writer.BeginIntegrity()));
  writer.AppendFingerprint();

  const auto sample = SampleRequest();
  ASSERT_EQ(writer.message().size(), sample.size());
  constexpr size_t kPaddingOffset = 20 + 20 + 8 + 12 + 4 + 9;
  EXPECT_THAT(writer.message().first(kPaddingOffset),
              ElementsAreArray(ByteView(sample).first(kPaddingOffset)));
  const auto message = StunMessage::Parse(writer.message());
  ASSERT_TRUE(message);
  EXPECT_THAT(message->username(), Optional(std::string_view("evtj:h6vY")));
  ExpectIntegrity(*message);
}

// The one attribute of a response that we also write, to the byte.
TEST(Rfc5769, XorMappedAddressIsWrittenToTheByte) {
  std::array<uint8_t, 64> buffer{};
  StunWriter writer(StunType::kBindingSuccess, kTransaction, buffer);
  writer.XorMappedAddress(*SocketAddress::Parse("192.0.2.1:32853"));
  EXPECT_THAT(writer.message().subspan(20), ElementsAreArray(Hex("0020 0008 0001 a147 e112a643")));
}

}  // namespace
}  // namespace continuo
