// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/rtcp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/support/hex.h"
#include "transport/wire/rtcp_writer.h"

namespace continuo {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::Field;
using ::testing::InSequence;
using ::testing::Property;
using ::testing::SizeIs;
using ::testing::StrictMock;

constexpr Ssrc kAlice{0xa11ce};
constexpr Ssrc kMixer{0x3114};

class MockObserver : public RtcpObserver {
 public:
  MOCK_METHOD(void, OnSenderInfo, (const SenderInfo&), (override));
  MOCK_METHOD(void, OnReportBlock, (Ssrc, const ReportBlock&), (override));
  MOCK_METHOD(void, OnCname, (Ssrc, std::string_view), (override));
  MOCK_METHOD(void, OnBye, (Ssrc), (override));
  MOCK_METHOD(void, OnNack, (const Nack&), (override));
  MOCK_METHOD(void, OnPli, (const Pli&), (override));
  MOCK_METHOD(void, OnFir, (const Fir&), (override));
  MOCK_METHOD(void, OnRemb, (const Remb&), (override));
  MOCK_METHOD(void, OnTransportFeedback, (const TransportFeedback&), (override));
};

MATCHER_P(NackOf, sequences, "") {
  return testing::ExplainMatchResult(ElementsAreArray(sequences), arg.sequences, result_listener);
}

RtcpTally Understood(int n) { return {.understood = n}; }
constexpr RtcpTally kMalformed{.malformed = 1};

class RtcpTest : public testing::Test {
 protected:
  RtcpTally Parse(std::string_view hex) { return ParseRtcp(Hex(hex), observer_); }
  RtcpTally ParseWritten() { return ParseRtcp(writer_.written(), observer_); }

  std::array<uint8_t, 1500> buffer_{};
  ByteWriter writer_{buffer_};
  StrictMock<MockObserver> observer_;
};

TEST_F(RtcpTest, ReadsASenderReport) {
  EXPECT_CALL(observer_, OnSenderInfo(SenderInfo{.ssrc = kAlice,
                                                 .ntp = NtpTime(0x0102030405060708),
                                                 .rtp_timestamp = 90'000,
                                                 .packet_count = 7,
                                                 .octet_count = 4200}));
  EXPECT_CALL(observer_, OnReportBlock(kAlice, ReportBlock{.source = kMixer,
                                                           .fraction_lost = 0x80,
                                                           .cumulative_lost = -2,
                                                           .extended_highest_sequence = 0x10002,
                                                           .jitter = 30,
                                                           .last_sr = 0xaabbccdd,
                                                           .delay_since_last_sr = 0x8000}));
  EXPECT_EQ(Parse("81 c8 000c | 000a11ce | 0102030405060708 | 00015f90 | 00000007 | 00001068"
                  "| 00003114 | 80 fffffe | 00010002 | 0000001e | aabbccdd | 00008000"),
            Understood(1));
}

TEST_F(RtcpTest, WritesReportsThatAreReadBack) {
  const SenderInfo sender{kMixer, NtpTime(0x1122334455667788), 1, 2, 3};
  const ReportBlock first{kAlice, 255, 0x7fffff, 4, 5, 6, 7};
  const ReportBlock second{Ssrc(9), 0, -0x800000, 8, 9, 10, 11};
  EXPECT_TRUE(WriteSenderReport(writer_, sender, std::array{first}));
  EXPECT_TRUE(WriteReceiverReport(writer_, kMixer, std::array{first, second}));
  EXPECT_TRUE(WriteReceiverReport(writer_, kMixer, {}));
  const InSequence in_order;
  EXPECT_CALL(observer_, OnSenderInfo(sender));
  EXPECT_CALL(observer_, OnReportBlock(kMixer, first)).Times(2);
  EXPECT_CALL(observer_, OnReportBlock(kMixer, second));
  EXPECT_EQ(ParseWritten(), Understood(3));
}

TEST_F(RtcpTest, ClampsALossThatTheFieldCannotHold) {
  EXPECT_TRUE(WriteReceiverReport(writer_, kMixer,
                                  std::array{ReportBlock{.cumulative_lost = 0x1000000},
                                             ReportBlock{.cumulative_lost = -0x1000000}}));
  EXPECT_CALL(observer_, OnReportBlock(_, Field(&ReportBlock::cumulative_lost, 0x7fffff)));
  EXPECT_CALL(observer_, OnReportBlock(_, Field(&ReportBlock::cumulative_lost, -0x800000)));
  ParseWritten();
}

TEST_F(RtcpTest, WritesACnameByteForByte) {
  EXPECT_TRUE(WriteCname(writer_, kMixer, "mixer"));
  EXPECT_THAT(writer_.written(),
              ElementsAreArray(Hex("81 ca 0003 | 00003114 | 01 05 6d69786572 | 00")));
}

TEST_F(RtcpTest, ReadsCnamesOfEveryLength) {
  for (size_t length = 0; length <= 255; ++length) {
    const std::string cname(length, 'x');
    ByteWriter out(buffer_);
    ASSERT_TRUE(WriteCname(out, kMixer, cname));
    EXPECT_CALL(observer_, OnCname(kMixer, std::string_view(cname)));
    EXPECT_EQ(ParseRtcp(out.written(), observer_), Understood(1)) << length;
  }
}

TEST_F(RtcpTest, FindsTheCnameAmongOtherItemsOfSeveralSources) {
  EXPECT_CALL(observer_, OnCname(kAlice, std::string_view("a")));
  EXPECT_CALL(observer_, OnCname(kMixer, std::string_view("bc")));
  EXPECT_EQ(Parse("82 ca 0006 | 000a11ce | 02 01 7a | 01 01 61 00 00"
                  "| 00003114 | 01 02 6263 | 00000000"),
            Understood(1));
}

TEST_F(RtcpTest, ReadsByeWithAReason) {
  EXPECT_CALL(observer_, OnBye(kAlice));
  EXPECT_CALL(observer_, OnBye(kMixer));
  EXPECT_EQ(Parse("82 cb 0003 | 000a11ce | 00003114 | 03 627965"), Understood(1));
}

TEST_F(RtcpTest, WritesBye) {
  EXPECT_TRUE(WriteBye(writer_, std::array{kAlice, kMixer}));
  EXPECT_THAT(writer_.written(), ElementsAreArray(Hex("82 cb 0002 | 000a11ce | 00003114")));
}

TEST_F(RtcpTest, ReadsTheBitmaskOfANackAcrossTheWrap) {
  EXPECT_CALL(observer_, OnNack(AllOf(Field(&Nack::sender, kAlice), Field(&Nack::media, kMixer),
                                      NackOf(std::vector<uint16_t>{0xfffe, 0xffff, 0x000e, 100}))));
  EXPECT_EQ(Parse("81 cd 0004 | 000a11ce | 00003114 | fffe 8001 | 0064 0000"), Understood(1));
}

TEST_F(RtcpTest, PacksNeighboursIntoOneEntryOfANack) {
  const std::vector<uint16_t> lost{0xfffe, 0xffff, 0x000e, 0x000f, 100};
  EXPECT_TRUE(WriteNack(writer_, {kAlice, kMixer, lost}));
  EXPECT_THAT(writer_.written(),
              ElementsAreArray(
                  Hex("81 cd 0005 | 000a11ce | 00003114 | fffe 8001 | 000f 0000 | 0064 0000")));
  EXPECT_CALL(observer_, OnNack(NackOf(lost)));
  ParseWritten();
}

TEST_F(RtcpTest, CutsANackThatAsksForTheWorld) {
  std::string everything = "81 cd 0066 000a11ce 00003114";
  for (int i = 0; i < 100; ++i) everything += "0000 ffff";
  EXPECT_CALL(observer_, OnNack(Field(&Nack::sequences, SizeIs(kMaxNackedPackets))));
  EXPECT_EQ(Parse(everything), Understood(1));
}

TEST_F(RtcpTest, ReadsKeyFrameRequests) {
  EXPECT_CALL(observer_, OnPli(Pli{kAlice, kMixer}));
  EXPECT_EQ(Parse("81 ce 0002 | 000a11ce | 00003114"), Understood(1));
  EXPECT_CALL(observer_, OnFir(Fir{kAlice, kMixer, 7}));
  EXPECT_CALL(observer_, OnFir(Fir{kAlice, Ssrc(5), 9}));
  EXPECT_EQ(Parse("84 ce 0006 | 000a11ce | 00000000 | 00003114 07000000 | 00000005 09000000"),
            Understood(1));
}

TEST_F(RtcpTest, WritesKeyFrameRequests) {
  EXPECT_TRUE(WritePli(writer_, {kMixer, kAlice}));
  EXPECT_TRUE(WriteFir(writer_, {kMixer, kAlice, 3}));
  EXPECT_THAT(writer_.written(),
              ElementsAreArray(Hex("81 ce 0002 | 00003114 | 000a11ce |"
                                   "84 ce 0004 | 00003114 | 00000000 | 000a11ce 03000000")));
}

TEST_F(RtcpTest, ReadsTheBitrateOfARemb) {
  // 0x3ffff << 2.
  EXPECT_CALL(observer_, OnRemb(AllOf(Field(&Remb::sender, kAlice),
                                      Field(&Remb::bitrate, DataRate::BitsPerSec(1'048'572)),
                                      Field(&Remb::media, ElementsAre(kMixer)))));
  EXPECT_EQ(Parse("8f ce 0005 | 000a11ce | 00000000 | 52454d42 | 01 0bffff | 00003114"),
            Understood(1));
}

TEST_F(RtcpTest, DoesNotOverflowOnAnAbsurdRemb) {
  for (const char* rate : {"ffffff", "a7ffff", "a3ffff", "9fffff"}) {
    EXPECT_CALL(observer_, OnRemb(Field(&Remb::bitrate, DataRate::BitsPerSec(int64_t{1} << 40))));
    EXPECT_EQ(Parse(std::string("8f ce 0004 000a11ce 00000000 52454d42 00") + rate), Understood(1));
  }
  EXPECT_CALL(observer_, OnRemb(Field(&Remb::bitrate, DataRate())));
  Parse("8f ce 0004 000a11ce 00000000 52454d42 00 fc0000");
}

TEST_F(RtcpTest, WritesARembToWithinItsMantissa) {
  for (const int64_t bps : {0, 1, 262'143, 262'144, 64'000, 1'234'567, 1'000'000'000}) {
    ByteWriter out(buffer_);
    ASSERT_TRUE(WriteRemb(out, {kMixer, DataRate::BitsPerSec(bps), std::array{kAlice}}));
    DataRate read;
    EXPECT_CALL(observer_, OnRemb(_)).WillOnce([&](const Remb& remb) { read = remb.bitrate; });
    ParseRtcp(out.written(), observer_);
    EXPECT_LE(read.bps(), bps);
    EXPECT_GE(read.bps(), bps - bps / 100'000);
  }
}

TEST_F(RtcpTest, IgnoresWhatItDoesNotRead) {
  EXPECT_EQ(Parse("80 cf 0001 | 000a11ce"), RtcpTally{.ignored = 1}) << "an extended report";
  EXPECT_EQ(Parse("80 cc 0002 | 000a11ce | 61626364"), RtcpTally{.ignored = 1}) << "APP";
  EXPECT_EQ(Parse("83 cd 0002 | 000a11ce | 00003114"), RtcpTally{.ignored = 1}) << "TMMBR";
  EXPECT_EQ(Parse("8f ce 0003 | 000a11ce | 00000000 | 61626364"), RtcpTally{.ignored = 1})
      << "application feedback that is no REMB";
}

TEST_F(RtcpTest, DeliversTheRestOfACompoundAroundABrokenPacket) {
  EXPECT_CALL(observer_, OnPli(Pli{kAlice, kMixer})).Times(2);
  EXPECT_EQ(Parse("81 ce 0002 | 000a11ce | 00003114"
                  "81 c9 0001 | 000a11ce"  // claims one report block, has none
                  "81 ce 0002 | 000a11ce | 00003114"),
            (RtcpTally{.understood = 2, .malformed = 1}));
}

TEST_F(RtcpTest, DeliversNothingWhenTheLengthsDoNotAddUp) {
  EXPECT_EQ(Parse(""), kMalformed);
  EXPECT_EQ(Parse("81 ce 00"), kMalformed);
  EXPECT_EQ(Parse("81 ce 0003 | 000a11ce | 00003114"), kMalformed) << "longer than the datagram";
  EXPECT_EQ(Parse("81 ce 0002 | 000a11ce | 00003114 | 80"), kMalformed) << "a byte too many";
  EXPECT_EQ(Parse("81 ce 0002 | 000a11ce | 00003114 | 00 ce 0000"), kMalformed) << "version 0";
  EXPECT_EQ(Parse("a1 ce 0002 | 000a11ce | 00003100"), kMalformed) << "padding of 0 bytes";
  EXPECT_EQ(Parse("a1 ce 0002 | 000a11ce | 00003109"), kMalformed) << "padding beyond the body";
}

TEST_F(RtcpTest, TakesPaddingOff) {
  EXPECT_CALL(observer_, OnPli(Pli{kAlice, kMixer}));
  EXPECT_EQ(Parse("a1 ce 0003 | 000a11ce | 00003114 | 00000004"), Understood(1));
}

TEST_F(RtcpTest, BoundsThePacketsOfOneDatagram) {
  std::string many;
  for (int i = 0; i < 65; ++i) many += "80 c9 0001 000a11ce";
  EXPECT_EQ(Parse(many), kMalformed);
}

TEST_F(RtcpTest, SkipsPacketsTooShortForWhatTheyClaim) {
  for (const char* hex : {
           "80 c8 0001 000a11ce",                             // SR without sender info
           "80 c9 0000",                                      // RR without reporter
           "81 ca 0000",                                      // SDES without its chunk
           "81 ca 0002 000a11ce 01 09 6162",                  // a CNAME beyond the packet
           "82 cb 0001 000a11ce",                             // BYE without its second source
           "81 cd 0002 000a11ce 00003114",                    // NACK of nothing
           "81 ce 0001 000a11ce",                             // PLI without media
           "84 ce 0002 000a11ce 00000000",                    // FIR of nothing
           "84 ce 0003 000a11ce 00000000 00003114",           // half a FIR
           "8f ce 0004 000a11ce 00000000 52454d42 010bffff",  // REMB without its source
           "8f cd 0003 000a11ce 00003114 00010001",           // transport feedback cut short
       }) {
    EXPECT_EQ(Parse(hex), kMalformed) << hex;
  }
}

TEST_F(RtcpTest, WritesAllOfAPacketOrNothing) {
  const std::array<ReportBlock, 1> reports{};
  const std::array<uint16_t, 1> lost{7};
  const std::array sources{kAlice};
  for (size_t room = 0; room < 60; ++room) {
    const auto check = [&](size_t size, auto&& write) {
      ByteWriter out(MutableBytes(buffer_).first(room));
      EXPECT_EQ(write(out), size <= room) << size;
      EXPECT_EQ(out.size(), size <= room ? size : 0u);
      EXPECT_TRUE(out.ok()) << "a packet that doesn't fit leaves the writer fit for others";
    };
    check(52, [&](ByteWriter& out) { return WriteSenderReport(out, {}, reports); });
    check(32, [&](ByteWriter& out) { return WriteReceiverReport(out, kMixer, reports); });
    check(16, [&](ByteWriter& out) { return WriteCname(out, kMixer, "abc"); });
    check(8, [&](ByteWriter& out) { return WriteBye(out, sources); });
    check(12, [&](ByteWriter& out) { return WritePli(out, {}); });
    check(20, [&](ByteWriter& out) { return WriteFir(out, {}); });
    check(24, [&](ByteWriter& out) { return WriteRemb(out, {kMixer, {}, sources}); });
    check(16, [&](ByteWriter& out) { return WriteNack(out, {kMixer, kAlice, lost}); });
  }
}

}  // namespace
}  // namespace continuo
