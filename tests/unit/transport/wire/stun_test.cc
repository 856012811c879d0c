// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/stun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/support/hex.h"
#include "transport/wire/crc32.h"

namespace continuo {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr StunTransactionId kTransaction{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
constexpr StunMac kMac{0xaa, 0xbb, 0xcc};

// A message with a right header around these attributes.
std::vector<uint8_t> Message(std::string_view attributes, std::string_view type = "0001") {
  const std::vector<uint8_t> body = Hex(attributes);
  std::vector<uint8_t> bytes = Hex(type);
  bytes.push_back(static_cast<uint8_t>(body.size() >> 8));
  bytes.push_back(static_cast<uint8_t>(body.size()));
  const std::vector<uint8_t> rest = Hex("2112a442 0102030405060708090a0b0c");
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

TEST(StunMessage, ReadsAConnectivityCheckAsChromiumSendsIt) {
  const auto bytes = Message(
      "0006 0009 667261673a67616d65 000000"  // frag:game
      "c057 0004 00010032"                   // network cost: optional, not ours
      "802a 0008 1122334455667788"
      "0025 0000"
      "0024 0004 6e0001ff"
      "0008 0014 aabbcc0000000000000000000000000000000000");
  const auto message = StunMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type(), StunType::kBindingRequest);
  EXPECT_EQ(message->transaction_id(), kTransaction);
  EXPECT_THAT(message->username(), Optional(std::string_view("frag:game")));
  EXPECT_THAT(message->ice_controlling(), Optional(0x1122334455667788u));
  EXPECT_TRUE(message->use_candidate());
  EXPECT_THAT(message->priority(), Optional(0x6e0001ffu));
  EXPECT_TRUE(message->has_integrity());
  EXPECT_FALSE(message->has_fingerprint());
  EXPECT_THAT(message->unknown_required(), IsEmpty());
}

TEST(StunMessage, RefusesWhatIsNoBindingMessage) {
  auto bytes = Message("");
  ASSERT_TRUE(StunMessage::Parse(bytes));
  EXPECT_FALSE(StunMessage::Parse({}));
  EXPECT_FALSE(StunMessage::Parse(ByteView(bytes).first(19))) << "shorter than a header";
  EXPECT_FALSE(StunMessage::Parse(Message("", "0003"))) << "a TURN Allocate request";
  bytes[4] ^= 1;
  EXPECT_FALSE(StunMessage::Parse(bytes)) << "another cookie";
}

TEST(StunMessage, RefusesLengthsThatDoNotAddUp) {
  auto trailing = Message("0025 0000");
  trailing.push_back(0);
  EXPECT_FALSE(StunMessage::Parse(trailing)) << "a byte behind the message";
  EXPECT_FALSE(StunMessage::Parse(Message("0025 00"))) << "not a multiple of four";
  EXPECT_FALSE(StunMessage::Parse(Message("0024 0008 6e0001ff"))) << "an attribute cut short";
  EXPECT_FALSE(StunMessage::Parse(Message("0006 0005 6161616161"))) << "padding missing";
}

TEST(StunMessage, RefusesAttributesOfTheWrongShape) {
  EXPECT_FALSE(StunMessage::Parse(Message("0024 0002 6e000000"))) << "half a PRIORITY";
  EXPECT_FALSE(StunMessage::Parse(Message("802a 0004 11223344"))) << "half a tie-breaker";
  EXPECT_FALSE(StunMessage::Parse(Message("0025 0004 00000000"))) << "USE-CANDIDATE with a value";
  EXPECT_FALSE(StunMessage::Parse(Message("0008 0004 00000000"))) << "a short MAC";
  EXPECT_FALSE(StunMessage::Parse(Message("0020 0008 0002 a147 e112a643"))) << "4 bytes of IPv6";
  EXPECT_FALSE(StunMessage::Parse(Message("0020 0008 0003 a147 e112a643"))) << "family 3";
  EXPECT_FALSE(StunMessage::Parse(Message("0009 0004 00000263"))) << "error class 2";
  EXPECT_FALSE(StunMessage::Parse(Message("0009 0004 00000464"))) << "error number 100";
}

TEST(StunMessage, ListsRequiredAttributesThatItDoesNotKnow) {
  const auto bytes = Message("7001 0000 | 0024 0004 6e0001ff | 7002 0000 | f003 0000");
  const auto message = StunMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_THAT(message->unknown_required(), ElementsAre(0x7001, 0x7002));
  EXPECT_TRUE(message->priority());
}

TEST(StunMessage, BoundsTheListOfUnknownAttributes) {
  std::string many;
  for (int i = 0; i < 200; ++i) many += "7001 0000";
  const auto bytes = Message(many);
  EXPECT_THAT(StunMessage::Parse(bytes)->unknown_required(), SizeIs(8));
}

TEST(StunMessage, KeepsTheFirstOfTwoAttributes) {
  const auto bytes = Message("0024 0004 00000001 | 0024 0004 00000002");
  EXPECT_THAT(StunMessage::Parse(bytes)->priority(), Optional(1u));
}

TEST(StunMessage, DoesNotReadBehindTheIntegrity) {
  const auto bytes =
      Message("0008 0014 aabbcc0000000000000000000000000000000000 | 0025 0000 | 7001 0000");
  const auto message = StunMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->use_candidate()) << "anybody could have appended it";
  EXPECT_THAT(message->unknown_required(), IsEmpty());
}

TEST(StunMessage, SaysWhatItsMacCovers) {
  const auto bytes =
      Message("0024 0004 6e0001ff | 0008 0014 aabbcc0000000000000000000000000000000000");
  const auto input = StunMessage::Parse(bytes)->IntegrityInput();
  ASSERT_TRUE(input);
  EXPECT_THAT(input->header, ElementsAreArray(ByteView(bytes).first(20)));
  EXPECT_THAT(input->body, ElementsAreArray(Hex("0024 0004 6e0001ff")));
  EXPECT_THAT(input->received_mac, ElementsAreArray(kMac));
  EXPECT_FALSE(StunMessage::Parse(Message(""))->IntegrityInput());
}

TEST(StunMessage, LeavesTheFingerprintOutOfTheMacsLength) {
  std::array<uint8_t, 128> buffer{};
  StunWriter writer(StunType::kBindingRequest, kTransaction, buffer);
  writer.Priority(1);
  const ByteView covered = writer.BeginIntegrity();
  const std::vector<uint8_t> written(covered.begin(), covered.end());
  writer.AppendIntegrity(kMac);
  writer.AppendFingerprint();
  const auto input = StunMessage::Parse(writer.message())->IntegrityInput();
  ASSERT_TRUE(input);
  std::vector<uint8_t> read(input->header.begin(), input->header.end());
  read.insert(read.end(), input->body.begin(), input->body.end());
  EXPECT_EQ(read, written);
}

TEST(StunMessage, RefusesAWrongOrMisplacedFingerprint) {
  std::array<uint8_t, 128> buffer{};
  StunWriter writer(StunType::kBindingRequest, kTransaction, buffer);
  writer.Priority(1);
  writer.AppendFingerprint();
  const ByteView message = writer.message();
  ASSERT_TRUE(StunMessage::Parse(message));
  // Every bit but those that make the attribute a FINGERPRINT.
  const size_t attribute = message.size() - 8;
  for (size_t i = 0; i < message.size(); ++i) {
    if (i == attribute || i == attribute + 1) continue;
    buffer[i] ^= 0x01;
    EXPECT_FALSE(StunMessage::Parse(message)) << "bit of byte " << i << " flipped";
    buffer[i] ^= 0x01;
  }
  EXPECT_FALSE(StunMessage::Parse(Message("8028 0004 00000000 | 0025 0000"))) << "not the last";
}

TEST(StunWriter, AnswersWithTheMappedAddress) {
  for (const char* text : {"192.0.2.1:4000", "[2001:db8::1]:65535"}) {
    const SocketAddress address = *SocketAddress::Parse(text);
    std::array<uint8_t, 128> buffer{};
    StunWriter writer(StunType::kBindingSuccess, kTransaction, buffer);
    writer.XorMappedAddress(address);
    const auto message = StunMessage::Parse(writer.message());
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type(), StunType::kBindingSuccess);
    EXPECT_EQ(message->transaction_id(), kTransaction);
    EXPECT_THAT(message->xor_mapped_address(), Optional(address));
  }
}

TEST(StunWriter, AnswersWithAnError) {
  std::array<uint8_t, 128> buffer{};
  buffer.fill(0xee);  // leftovers must not show in the padding
  StunWriter writer(StunType::kBindingError, kTransaction, buffer);
  writer.ErrorCode(487, "Role Conflict");
  writer.UnknownAttributes(std::array<uint16_t, 1>{0x7001});
  EXPECT_THAT(writer.message().subspan(20),
              ElementsAreArray(Hex("0009 0011 0000 04 57 526f6c6520436f6e666c696374 000000"
                                   "000a 0002 7001 0000")));
  const auto message = StunMessage::Parse(writer.message());
  ASSERT_TRUE(message && message->error_code());
  EXPECT_EQ(message->error_code()->code, 487);
  EXPECT_EQ(message->error_code()->reason, "Role Conflict");
}

TEST(StunWriter, IsReadBackAsWritten) {
  std::array<uint8_t, 256> buffer{};
  StunWriter writer(StunType::kBindingRequest, kTransaction, buffer);
  writer.Username("ours:theirs");
  writer.Software("continuo");
  writer.IceControlled(7);
  writer.IceControlling(8);
  writer.UseCandidate();
  writer.Priority(9);
  const auto message = StunMessage::Parse(writer.message());
  ASSERT_TRUE(message);
  EXPECT_THAT(message->username(), Optional(std::string_view("ours:theirs")));
  EXPECT_THAT(message->software(), Optional(std::string_view("continuo")));
  EXPECT_THAT(message->ice_controlled(), Optional(7u));
  EXPECT_THAT(message->ice_controlling(), Optional(8u));
  EXPECT_THAT(message->priority(), Optional(9u));
  EXPECT_TRUE(message->use_candidate());
}

TEST(StunWriter, WritesNothingWhenTheBufferIsTooSmall) {
  std::array<uint8_t, 128> buffer{};
  for (size_t size = 0; size < 20 + 12 + 24 + 8; ++size) {
    StunWriter writer(StunType::kBindingSuccess, kTransaction, std::span(buffer).first(size));
    writer.XorMappedAddress(SocketAddress::Ipv4({192, 0, 2, 1}, 4000));
    writer.BeginIntegrity();
    writer.AppendIntegrity(kMac);
    writer.AppendFingerprint();
    EXPECT_THAT(writer.message(), IsEmpty()) << size;
    EXPECT_THAT(std::span(buffer).subspan(size), Each(0)) << size;
  }
}

TEST(Crc32, IsThatOfTheStandardsCheckString) {
  const std::string_view check = "123456789";
  EXPECT_EQ(Crc32({reinterpret_cast<const uint8_t*>(check.data()), check.size()}), 0xcbf43926u);
  EXPECT_EQ(Crc32({}), 0u);
}

}  // namespace
}  // namespace continuo
