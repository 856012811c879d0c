// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "tests/unit/transport/srtp/srtp_packets.h"
#include "transport/srtp/srtp_receiver.h"
#include "transport/srtp/srtp_sender.h"

namespace continuo {
namespace {

// A sender, and the receiver at the other end of its keys.
class Srtp : public testing::TestWithParam<SrtpProfile> {
 protected:
  Packet Sealed(const Packet& packet) { return SealedBy(sender_, packet); }
  Packet SealedBy(SrtpSender& sender, const Packet& packet) {
    Packet buffer(packet);
    buffer.resize(packet.size() + kMaxSrtpOverhead);
    const auto size = sender.ProtectRtp(buffer, packet.size());
    EXPECT_TRUE(size.has_value());
    buffer.resize(size.value_or(0));
    return buffer;
  }
  Packet SealedRtcp(const Packet& packet) {
    Packet buffer(packet);
    buffer.resize(packet.size() + kMaxSrtpOverhead);
    buffer.resize(sender_.ProtectRtcp(buffer, packet.size()).value_or(0));
    return buffer;
  }
  // What the receiver makes of a packet; empty when it drops it.
  Packet Opened(Packet packet) {
    packet.resize(receiver_.UnprotectRtp(packet).value_or(0));
    return packet;
  }
  Packet OpenedRtcp(Packet packet) {
    packet.resize(receiver_.UnprotectRtcp(packet).value_or(0));
    return packet;
  }
  bool Drops(const Packet& packet) { return Opened(packet).empty(); }

  SrtpProbe probe_;
  SrtpSender sender_ = *SrtpSender::Create(GetParam(), MasterKey(GetParam()), &probe_);
  SrtpReceiver receiver_ = *SrtpReceiver::Create(GetParam(), MasterKey(GetParam()), &probe_);
};

TEST_P(Srtp, CarriesRtpOfEveryShape) {
  uint16_t sequence = 0;
  for (const uint8_t csrcs : {0, 1, 15}) {
    for (const int words : {-1, 0, 1, 5}) {
      for (const size_t size : {0, 1, 15, 16, 17, 160, 1200}) {
        const Packet packet = RtpPacket({.sequence = sequence++,
                                         .payload_size = size,
                                         .csrcs = csrcs,
                                         .extension_words = words});
        const Packet sealed = Sealed(packet);
        ASSERT_EQ(sealed.size(), packet.size() + sender_.rtp_overhead());
        if (size > 15) {  // The payload is hidden, the header is not.
          ASSERT_FALSE(
              std::equal(packet.end() - 16, packet.end(), sealed.begin() + packet.size() - 16));
        }
        ASSERT_TRUE(std::equal(packet.begin(), packet.end() - size, sealed.begin()));
        ASSERT_EQ(Opened(sealed), packet);
      }
    }
  }
}

TEST_P(Srtp, CarriesRtcpOfManySsrcs) {
  for (uint32_t round = 0; round < 3; ++round) {
    for (uint32_t i = 0; i < SsrcStreams::kMax; ++i) {
      const Packet packet = RtcpPacket(Ssrc(i), static_cast<uint8_t>(i % 5));
      const Packet sealed = SealedRtcp(packet);
      ASSERT_EQ(sealed.size(), packet.size() + sender_.rtcp_overhead());
      ASSERT_EQ(OpenedRtcp(sealed), packet);
    }
  }
}

TEST_P(Srtp, SharesOnePayloadAmongEndpoints) {
  const Packet packet = RtpPacket({.payload_size = 700, .extension_words = 2});
  const ByteView header = ByteView(packet).first(packet.size() - 700);
  const Packet payload(packet.end() - 700, packet.end());
  for (const uint8_t endpoint : {1, 2, 3}) {
    SrtpSender separate = *SrtpSender::Create(GetParam(), MasterKey(GetParam(), endpoint), &probe_);
    SrtpSender in_place = *SrtpSender::Create(GetParam(), MasterKey(GetParam(), endpoint), &probe_);
    Packet out(1500);
    const auto size = separate.SealRtp(header, payload, out);
    ASSERT_TRUE(size.has_value());
    out.resize(*size);
    EXPECT_EQ(out, SealedBy(in_place, packet));
  }
  EXPECT_TRUE(std::equal(payload.begin(), payload.end(), packet.end() - 700));
}

TEST_P(Srtp, KeepsCountOverSequenceWrapsAndLoss) {
  Prng random(3);
  for (uint32_t i = 0; i < 200'000; ++i) {
    const Packet packet =
        RtpPacket({.sequence = static_cast<uint16_t>(i + 1000), .payload_size = 4});
    const Packet sealed = Sealed(packet);
    if (random.Unit() < 0.3) continue;
    ASSERT_EQ(Opened(sealed), packet) << i;
  }
}

TEST_P(Srtp, TakesLatePacketsFromBeforeAWrap) {
  std::vector<Packet> sealed;
  for (uint32_t i = 65000; i < 66000; ++i) {
    sealed.push_back(Sealed(RtpPacket({.sequence = static_cast<uint16_t>(i)})));
  }
  EXPECT_FALSE(Drops(sealed.front()));
  for (size_t i = sealed.size() - 1; i > 0; --i) ASSERT_FALSE(Drops(sealed[i])) << i;
}

TEST_P(Srtp, DropsReplays) {
  const Packet sealed = Sealed(RtpPacket({.sequence = 10}));
  EXPECT_FALSE(Drops(sealed));
  EXPECT_TRUE(Drops(sealed));
  EXPECT_EQ(probe_.replays.value(), 1u);
  const Packet late = Sealed(RtpPacket({.sequence = 11}));
  Opened(Sealed(RtpPacket({.sequence = 11 + 1024})));
  EXPECT_TRUE(Drops(late)) << "older than the window";
  EXPECT_EQ(probe_.replays.value(), 2u);

  const Packet rtcp = SealedRtcp(RtcpPacket());
  EXPECT_FALSE(OpenedRtcp(rtcp).empty());
  EXPECT_TRUE(OpenedRtcp(rtcp).empty());
  EXPECT_EQ(probe_.replays.value(), 3u);
}

TEST_P(Srtp, DropsEveryDamagedPacketAndCarriesOn) {
  const Packet packet = RtpPacket({.payload_size = 20, .csrcs = 1, .extension_words = 1});
  const Packet sealed = Sealed(packet);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Packet damaged = sealed;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_TRUE(Drops(damaged)) << bit;
  }
  EXPECT_EQ(Opened(sealed), packet);

  const Packet report = RtcpPacket();
  const Packet sealed_report = SealedRtcp(report);
  for (size_t bit = 0; bit < sealed_report.size() * 8; ++bit) {
    Packet damaged = sealed_report;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_TRUE(OpenedRtcp(damaged).empty()) << bit;
  }
  EXPECT_EQ(OpenedRtcp(sealed_report), report);
}

TEST_P(Srtp, DropsEveryTruncatedPacket) {
  const Packet sealed = Sealed(RtpPacket({.payload_size = 20, .csrcs = 2, .extension_words = 3}));
  const Packet report = SealedRtcp(RtcpPacket());
  for (size_t size = 0; size < sealed.size(); ++size) {
    ASSERT_TRUE(Drops(Packet(sealed.begin(), sealed.begin() + size))) << size;
  }
  for (size_t size = 0; size < report.size(); ++size) {
    ASSERT_TRUE(OpenedRtcp(Packet(report.begin(), report.begin() + size)).empty()) << size;
  }
}

TEST_P(Srtp, AForgeryCannotMoveTheRollover) {
  Opened(Sealed(RtpPacket({.sequence = 100})));
  Packet forged = RtpPacket({.sequence = 30000});
  forged.resize(forged.size() + sender_.rtp_overhead());
  EXPECT_TRUE(Drops(forged));
  EXPECT_EQ(probe_.auth_failures.value(), 1u);
  // Had it moved the window, 40000 would be taken for the rollover before, and 101 for a replay.
  EXPECT_FALSE(Drops(Sealed(RtpPacket({.sequence = 101}))));
}

TEST_P(Srtp, ForgeriesTakeNoRoomFromStreams) {
  for (uint32_t i = 0; i < 1000; ++i) {
    Packet forged = RtpPacket({.ssrc = Ssrc(0x900000 + i)});
    forged.resize(forged.size() + sender_.rtp_overhead());
    EXPECT_TRUE(Drops(forged));
  }
  EXPECT_EQ(probe_.auth_failures.value(), 1000u);
  for (uint32_t i = 0; i < SsrcStreams::kMax; ++i) {
    ASSERT_FALSE(Drops(Sealed(RtpPacket({.ssrc = Ssrc(i)})))) << i;
  }
}

TEST_P(Srtp, OneStreamTooManyIsRefused) {
  SrtpSender other = *SrtpSender::Create(GetParam(), MasterKey(GetParam()), &probe_);
  for (uint32_t i = 0; i < SsrcStreams::kMax; ++i) {
    Opened(Sealed(RtpPacket({.ssrc = Ssrc(i)})));
  }
  EXPECT_TRUE(Drops(SealedBy(other, RtpPacket({.ssrc = Ssrc(1000)}))));
  EXPECT_EQ(probe_.ssrcs_refused.value(), 1u);
  EXPECT_FALSE(Drops(Sealed(RtpPacket({.ssrc = Ssrc(7), .sequence = 2})))) << "the others go on";

  Packet buffer = RtpPacket({.ssrc = Ssrc(1000)});
  const size_t length = buffer.size();
  buffer.resize(length + kMaxSrtpOverhead);
  EXPECT_EQ(sender_.ProtectRtp(buffer, length), std::nullopt);
  EXPECT_EQ(probe_.seal_refused.value(), 1u);
}

TEST_P(Srtp, NeverSealsTwoPacketsUnderOneIndex) {
  Packet first = RtpPacket({.sequence = 5});
  const size_t length = first.size();
  first.resize(length + kMaxSrtpOverhead);
  Packet second = first;
  second[length - 1] ^= 1;
  EXPECT_TRUE(sender_.ProtectRtp(first, length).has_value());
  EXPECT_EQ(sender_.ProtectRtp(second, length), std::nullopt);
  EXPECT_EQ(sender_.SealRtp(ByteView(second).first(12), {}, second), std::nullopt);
  EXPECT_EQ(probe_.seal_refused.value(), 2u);
}

TEST_P(Srtp, RefusesToSealWhatDoesNotFit) {
  Packet packet = RtpPacket({.extension_words = 1});
  const size_t length = packet.size();
  EXPECT_EQ(sender_.ProtectRtp(packet, length), std::nullopt) << "no room for the tag";
  EXPECT_EQ(sender_.ProtectRtp(packet, length + 1), std::nullopt);
  packet.resize(length + kMaxSrtpOverhead);
  EXPECT_EQ(sender_.ProtectRtp(packet, 14), std::nullopt) << "ends within the header";
  Packet out(1500);
  EXPECT_EQ(sender_.SealRtp(ByteView(packet).first(24), {}, out), std::nullopt)
      << "a header that is longer than it says";
  packet[0] = 0x40;
  EXPECT_EQ(sender_.ProtectRtp(packet, length), std::nullopt) << "version 1";
  Packet rtcp(8);
  EXPECT_EQ(sender_.ProtectRtcp(rtcp, 8), std::nullopt);
  EXPECT_EQ(probe_.seal_refused.value(), 6u);
}

TEST_P(Srtp, DropsRtcpThatIsNotEncrypted) {
  Packet clear = RtcpPacket();
  clear.resize(clear.size() + sender_.rtcp_overhead());  // index 0, E 0
  EXPECT_TRUE(OpenedRtcp(clear).empty());
  EXPECT_EQ(probe_.malformed.value(), 1u);
}

TEST_P(Srtp, KeysOfTheOtherDirectionOpenNothing) {
  SrtpSender other = *SrtpSender::Create(GetParam(), MasterKey(GetParam(), 99), &probe_);
  EXPECT_TRUE(Drops(SealedBy(other, RtpPacket({}))));
  EXPECT_EQ(probe_.auth_failures.value(), 1u);
}

TEST_P(Srtp, KeysMustFitTheProfile) {
  SrtpMasterKey short_salt = MasterKey(GetParam());
  short_salt.salt = SecretBytes(short_salt.salt.size() - 1);
  EXPECT_FALSE(SrtpSender::Create(GetParam(), short_salt, &probe_).has_value());
  EXPECT_FALSE(SrtpReceiver::Create(GetParam(), {}, &probe_).has_value());
}

INSTANTIATE_TEST_SUITE_P(Profiles, Srtp, testing::ValuesIn(kSrtpProfiles),
                         [](const auto& profile) { return NameOf(profile.param); });

}  // namespace
}  // namespace continuo
