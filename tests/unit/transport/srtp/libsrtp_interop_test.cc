// SPDX-License-Identifier: Apache-2.0
// Ours and Debian's libsrtp2 against each other, in both directions.
#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/unit/transport/srtp/libsrtp_peer.h"
#include "transport/srtp/srtp_receiver.h"
#include "transport/srtp/srtp_sender.h"

namespace continuo {
namespace {

class LibsrtpInterop : public testing::TestWithParam<SrtpProfile> {
 protected:
  std::optional<Packet> OurRtp(Packet packet) {
    const size_t length = packet.size();
    packet.resize(length + kMaxSrtpOverhead);
    packet.resize(sender_.ProtectRtp(packet, length).value());
    return packet;
  }
  std::optional<Packet> OurRtcp(Packet packet) {
    const size_t length = packet.size();
    packet.resize(length + kMaxSrtpOverhead);
    packet.resize(sender_.ProtectRtcp(packet, length).value());
    return packet;
  }
  Packet Opened(Packet packet) {
    packet.resize(receiver_.UnprotectRtp(packet).value_or(0));
    return packet;
  }
  Packet OpenedRtcp(Packet packet) {
    packet.resize(receiver_.UnprotectRtcp(packet).value_or(0));
    return packet;
  }

  SrtpMasterKey master_ = MasterKey(GetParam());
  SrtpProbe probe_;
  SrtpSender sender_ = *SrtpSender::Create(GetParam(), master_, &probe_);
  SrtpReceiver receiver_ = *SrtpReceiver::Create(GetParam(), master_, &probe_);
  LibsrtpPeer their_sender_{GetParam(), master_, LibsrtpPeer::Direction::kSends};
  LibsrtpPeer their_receiver_{GetParam(), master_, LibsrtpPeer::Direction::kReceives};
};

TEST_P(LibsrtpInterop, SealsTheSameBytes) {
  for (uint16_t i = 1; i < 300; ++i) {
    const Packet packet = RtpPacket({.sequence = i,
                                     .payload_size = i * 4u,
                                     .csrcs = static_cast<uint8_t>(i % 3),
                                     .extension_words = i % 4 - 1});
    ASSERT_EQ(OurRtp(packet), their_sender_.ProtectRtp(packet)) << i;
    const Packet report = RtcpPacket(Ssrc(77), static_cast<uint8_t>(i % 10));
    ASSERT_EQ(OurRtcp(report), their_sender_.ProtectRtcp(report)) << i;
  }
}

TEST_P(LibsrtpInterop, UnderstandEachOtherOverWrapsLossAndReordering) {
  Prng random(11);
  std::vector<std::pair<Packet, Packet>> ours, theirs;  // plain and sealed, still on the way
  const auto deliver_one = [&] {
    const size_t which = random.Next() % ours.size();
    const bool lost = random.Unit() < 0.2;
    if (!lost) {
      ASSERT_EQ(their_receiver_.UnprotectRtp(ours[which].second), ours[which].first);
      ASSERT_EQ(Opened(theirs[which].second), theirs[which].first);
    }
    ours.erase(ours.begin() + static_cast<ptrdiff_t>(which));
    theirs.erase(theirs.begin() + static_cast<ptrdiff_t>(which));
  };
  for (uint32_t i = 0; i < 100'000; ++i) {
    const Packet packet = RtpPacket(
        {.sequence = static_cast<uint16_t>(30'000 + i), .payload_size = 1 + random.Next() % 30});
    ours.emplace_back(packet, OurRtp(packet).value());
    theirs.emplace_back(packet, their_sender_.ProtectRtp(packet).value());
    if (ours.size() > 20) deliver_one();
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(probe_.auth_failures.value() + probe_.replays.value(), 0u);
}

TEST_P(LibsrtpInterop, UnderstandEachOthersRtcpOfManySsrcs) {
  Prng random(12);
  for (uint32_t i = 0; i < 2000; ++i) {
    const Packet report = RtcpPacket(Ssrc(i % 30), static_cast<uint8_t>(i % 31));
    const Packet ours = *OurRtcp(report);
    const Packet theirs = *their_sender_.ProtectRtcp(report);
    if (random.Unit() < 0.2) continue;
    ASSERT_EQ(their_receiver_.UnprotectRtcp(ours), report);
    ASSERT_EQ(OpenedRtcp(theirs), report);
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, LibsrtpInterop, testing::ValuesIn(kSrtpProfiles),
                         [](const auto& profile) { return NameOf(profile.param); });

}  // namespace
}  // namespace continuo
