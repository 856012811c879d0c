// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/rtp_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/support/hex.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Optional;

std::vector<uint8_t> Written(const RtpHeader& header, std::vector<RtpExtension> extensions = {}) {
  std::array<uint8_t, 600> buffer{};
  const size_t size = WriteRtpHeader(header, extensions, buffer);
  return {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size)};
}

TEST(ParseRtp, ReadsTheFixedHeader) {
  const auto bytes = Hex("80 e0 1234 | 00010203 | cafebabe | aa bb cc");
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload_type, 96);
  EXPECT_EQ(packet->sequence_number, 0x1234);
  EXPECT_EQ(packet->timestamp, 0x00010203u);
  EXPECT_EQ(packet->ssrc, Ssrc(0xcafebabe));
  EXPECT_EQ(packet->csrc_count, 0);
  EXPECT_EQ(packet->padding_size, 0);
  EXPECT_THAT(packet->payload, ElementsAre(0xaa, 0xbb, 0xcc));
  EXPECT_EQ(packet->Extension(1), std::nullopt);
}

TEST(ParseRtp, StepsOverContributingSources) {
  const auto bytes = Hex("82 60 0001 | 00000000 | 00000001 | 0000000a 0000000b | 77");
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->csrc_count, 2);
  EXPECT_THAT(packet->payload, ElementsAre(0x77));
}

TEST(ParseRtp, TakesPaddingOffThePayload) {
  const auto bytes = Hex("a0 60 0001 | 00000000 | 00000001 | 77 78 00 00 03");
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->padding_size, 3);
  EXPECT_THAT(packet->payload, ElementsAre(0x77, 0x78));
}

TEST(ParseRtp, TakesABandwidthProbeOfNothingButPadding) {
  const auto bytes = Hex("a0 60 0001 | 00000000 | 00000001 | 00 00 03");
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_THAT(packet->payload, IsEmpty());
}

TEST(ParseRtp, RefusesWhatIsNoRtpPacket) {
  EXPECT_FALSE(ParseRtp({})) << "nothing at all";
  EXPECT_FALSE(ParseRtp(Hex("80 60 0001 | 00000000 | 000000"))) << "eleven bytes";
  EXPECT_FALSE(ParseRtp(Hex("40 60 0001 | 00000000 | 00000001"))) << "version 1";
  EXPECT_FALSE(ParseRtp(Hex("81 60 0001 | 00000000 | 00000001"))) << "a CSRC is missing";
  EXPECT_FALSE(ParseRtp(Hex("90 60 0001 | 00000000 | 00000001 | bede")))
      << "half an extension word";
  EXPECT_FALSE(ParseRtp(Hex("90 60 0001 | 00000000 | 00000001 | bede 0002 | 00000000")))
      << "extensions longer than the packet";
  EXPECT_FALSE(ParseRtp(Hex("a0 60 0001 | 00000000 | 00000001"))) << "padding of no bytes";
  EXPECT_FALSE(ParseRtp(Hex("a0 60 0001 | 00000000 | 00000001 | 77 00"))) << "padding size 0";
  EXPECT_FALSE(ParseRtp(Hex("a0 60 0001 | 00000000 | 00000001 | 77 03")))
      << "padding that would eat the header";
}

TEST(ParseRtp, FindsOneByteExtensions) {
  const auto bytes =
      Hex("90 6f 0001 | 00000000 | 00000001 | bede 0003 | 10 85 | 00 | 31 beef | 42 616263 | 00 00"
          "| 77");
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->extension_form, RtpExtensionForm::kOneByte);
  EXPECT_THAT(packet->Extension(1), Optional(ElementsAre(0x85)));
  EXPECT_THAT(packet->Extension(3), Optional(ElementsAre(0xbe, 0xef)));
  EXPECT_THAT(packet->Extension(4), Optional(ElementsAre('a', 'b', 'c')));
  EXPECT_EQ(packet->Extension(2), std::nullopt);
  EXPECT_EQ(packet->Extension(0), std::nullopt) << "padding is no extension";
  EXPECT_THAT(packet->payload, ElementsAre(0x77));
}

TEST(ParseRtp, FindsTwoByteExtensionsWithIdsAbove14AndEmptyValues) {
  const auto bytes = Hex(
      "90 60 0001 | 00000000 | 00000001 | 1005 0003 | 12 00 | 00 | 11 03 010203 | 01 02 beef | 77");
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->extension_form, RtpExtensionForm::kTwoByte);
  EXPECT_THAT(packet->Extension(0x12), Optional(IsEmpty()));
  EXPECT_THAT(packet->Extension(0x11), Optional(ElementsAre(1, 2, 3)));
  EXPECT_THAT(packet->Extension(1), Optional(ElementsAre(0xbe, 0xef)));
  EXPECT_EQ(packet->Extension(2), std::nullopt);
}

TEST(ParseRtp, KeepsThePacketWhenAnExtensionIsBroken) {
  // Element 2 claims more bytes than there are. RFC 8285 asks for what came before it.
  const auto bytes = Hex("90 60 0001 | 00000000 | 00000001 | bede 0001 | 10 85 | 2f 00 | 77");
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_THAT(packet->Extension(1), Optional(ElementsAre(0x85)));
  EXPECT_EQ(packet->Extension(2), std::nullopt);
  EXPECT_THAT(packet->payload, ElementsAre(0x77));
}

TEST(ParseRtp, StopsAtTheReservedOneByteIds) {
  const auto reserved_15 = Hex("90 60 0001 | 00000000 | 00000001 | bede 0001 | f0 00 | 10 85");
  EXPECT_EQ(ParseRtp(reserved_15)->Extension(1), std::nullopt);
  EXPECT_EQ(ParseRtp(reserved_15)->Extension(15), std::nullopt);
  const auto zero_with_length = Hex("90 60 0001 | 00000000 | 00000001 | bede 0001 | 01 00 | 10 85");
  EXPECT_EQ(ParseRtp(zero_with_length)->Extension(1), std::nullopt);
}

TEST(ParseRtp, StepsOverExtensionsOfAnotherProfile) {
  const auto bytes = Hex("90 60 0001 | 00000000 | 00000001 | abac 0001 | 10 85 00 00 | 77");
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->extension_form, RtpExtensionForm::kNone);
  EXPECT_EQ(packet->Extension(1), std::nullopt);
  EXPECT_THAT(packet->payload, ElementsAre(0x77));
}

TEST(RtpHeaderSize, CountsCsrcsAndExtensionsButNotCiphertext) {
  EXPECT_THAT(RtpHeaderSize(Hex("80 60 0001 | 00000000 | 00000001 | 77")), Optional(12u));
  EXPECT_THAT(
      RtpHeaderSize(Hex("91 60 0001 | 00000000 | 00000001 | 0000000a | bede 0001 10850000")),
      Optional(24u));
  // In SRTP the padding's size is encrypted: the last byte means nothing yet.
  EXPECT_THAT(RtpHeaderSize(Hex("a0 60 0001 | 00000000 | 00000001 | ff")), Optional(12u));
  EXPECT_EQ(RtpHeaderSize(Hex("9f 60 0001 | 00000000 | 00000001 | 77")), std::nullopt);
}

TEST(WriteRtpHeader, WritesTheFixedHeaderByteForByte) {
  const RtpHeader header{.marker = true,
                         .payload_type = 96,
                         .sequence_number = 0x1234,
                         .timestamp = 0x00010203,
                         .ssrc = Ssrc(0xcafebabe)};
  EXPECT_THAT(Written(header), ElementsAreArray(Hex("80 e0 1234 | 00010203 | cafebabe")));
}

TEST(WriteRtpHeader, PadsOneByteExtensionsToAWord) {
  const std::array<uint8_t, 1> level{0x85};
  const std::array<uint8_t, 2> sequence{0xbe, 0xef};
  EXPECT_THAT(Written({.payload_type = 111}, {{1, level}, {3, sequence}}),
              ElementsAreArray(Hex("90 6f 0000 | 00000000 | 00000000 | bede 0002"
                                   "| 10 85 | 31 beef | 000000")));
}

TEST(WriteRtpHeader, TakesTheTwoByteFormWhereTheOneByteFormCannotSayIt) {
  const std::array<uint8_t, 2> sequence{0xbe, 0xef};
  EXPECT_THAT(Written({}, {{16, sequence}}),
              ElementsAreArray(Hex("90 00 0000 | 00000000 | 00000000 | 1000 0001 | 10 02 beef")));
  EXPECT_THAT(Written({}, {{3, {}}}),
              ElementsAreArray(Hex("90 00 0000 | 00000000 | 00000000 | 1000 0001 | 03 00 0000")));
}

TEST(WriteRtpHeader, IsReadBackAsWritten) {
  const RtpHeader header{.marker = true,
                         .payload_type = 127,
                         .sequence_number = 0xffff,
                         .timestamp = 0xffffffff,
                         .ssrc = Ssrc(0xffffffff)};
  for (const size_t longest : {1u, 15u, 16u, 17u, 255u}) {
    const std::vector<uint8_t> value(longest, 0x5a);
    const std::array<uint8_t, 2> sequence{0xbe, 0xef};
    const auto bytes = Written(header, {{14, value}, {2, sequence}});
    const auto packet = ParseRtp(bytes);
    ASSERT_TRUE(packet) << longest;
    EXPECT_EQ(static_cast<const RtpHeader&>(*packet), header);
    EXPECT_THAT(packet->Extension(14), Optional(ElementsAreArray(value)));
    EXPECT_THAT(packet->Extension(2), Optional(ElementsAreArray(sequence)));
    EXPECT_THAT(packet->payload, IsEmpty());
  }
}

TEST(WriteRtpHeader, SaysWhenTheBufferIsTooSmall) {
  const std::array<uint8_t, 2> sequence{0xbe, 0xef};
  const std::array<RtpExtension, 1> extensions{{{3, sequence}}};
  std::array<uint8_t, 20> buffer{};
  EXPECT_EQ(WriteRtpHeader({}, extensions, buffer), 20u);
  EXPECT_EQ(WriteRtpHeader({}, extensions, std::span(buffer).first(19)), 0u);
  EXPECT_EQ(WriteRtpHeader({}, {}, std::span(buffer).first(11)), 0u);
}

TEST(ClassifyDatagram, TellsTheProtocolsOfOnePortApart) {
  const auto kind = [](uint8_t first, uint8_t second) {
    std::vector<uint8_t> datagram(64, 0);
    datagram[0] = first;
    datagram[1] = second;
    return ClassifyDatagram(datagram);
  };
  EXPECT_EQ(kind(0x00, 0x01), DatagramKind::kStun) << "a Binding request";
  EXPECT_EQ(kind(0x01, 0x01), DatagramKind::kStun) << "a Binding response";
  EXPECT_EQ(kind(0x04, 0), DatagramKind::kOther);
  EXPECT_EQ(kind(19, 0), DatagramKind::kOther) << "ZRTP";
  EXPECT_EQ(kind(20, 0xfe), DatagramKind::kDtls) << "ChangeCipherSpec";
  EXPECT_EQ(kind(22, 0xfe), DatagramKind::kDtls) << "a handshake record";
  EXPECT_EQ(kind(63, 0xfe), DatagramKind::kDtls);
  EXPECT_EQ(kind(64, 0), DatagramKind::kOther) << "a TURN channel";
  EXPECT_EQ(kind(127, 96), DatagramKind::kOther);
  EXPECT_EQ(kind(0x80, 96), DatagramKind::kRtp);
  EXPECT_EQ(kind(0xbf, 96), DatagramKind::kRtp);
  EXPECT_EQ(kind(0xc0, 96), DatagramKind::kOther);
}

TEST(ClassifyDatagram, TellsRtcpFromRtpWhoeverSetsTheMarker) {
  const auto kind = [](uint8_t second) {
    std::vector<uint8_t> datagram(64, 0);
    datagram[0] = 0x80;
    datagram[1] = second;
    return ClassifyDatagram(datagram);
  };
  EXPECT_EQ(kind(111), DatagramKind::kRtp);
  EXPECT_EQ(kind(0x80 | 111), DatagramKind::kRtp);
  EXPECT_EQ(kind(191), DatagramKind::kRtp) << "marker and payload type 63, Chromium's RED";
  EXPECT_EQ(kind(192), DatagramKind::kRtcp);
  EXPECT_EQ(kind(200), DatagramKind::kRtcp) << "a sender report";
  EXPECT_EQ(kind(206), DatagramKind::kRtcp) << "payload-specific feedback";
  EXPECT_EQ(kind(223), DatagramKind::kRtcp);
  EXPECT_EQ(kind(224), DatagramKind::kRtp) << "marker and payload type 96";
}

TEST(ClassifyDatagram, GivesNobodyADatagramTooShortForIt) {
  EXPECT_EQ(ClassifyDatagram({}), DatagramKind::kOther);
  EXPECT_EQ(ClassifyDatagram(std::vector<uint8_t>(19, 0x00)), DatagramKind::kOther);
  EXPECT_EQ(ClassifyDatagram(std::vector<uint8_t>(12, 22)), DatagramKind::kOther);
  EXPECT_EQ(ClassifyDatagram(Hex("80")), DatagramKind::kOther);
  EXPECT_EQ(ClassifyDatagram(Hex("80 60 0001 00000000 000000")), DatagramKind::kOther);
  EXPECT_EQ(ClassifyDatagram(Hex("80 c9 0001")), DatagramKind::kOther);
}

}  // namespace
}  // namespace continuo
