// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/transport_session/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "transport/wire/rtp_header.h"

namespace continuo {
namespace {

using test::Call;
using test::Endpoint;
using test::LinkConditions;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::Not;

const LinkConditions kGoodLine{.delay = TimeDelta::Millis(20)};

class CallTest : public ::testing::TestWithParam<VideoCodec> {
 protected:
  static void Connect(Call& call) {
    call.time.RunFor(TimeDelta::Seconds(1));
    ASSERT_TRUE(call.server.connected);
    ASSERT_TRUE(call.client.connected);
  }
};

INSTANTIATE_TEST_SUITE_P(Codecs, CallTest, ::testing::Values(VideoCodec::kVp8, VideoCodec::kH264),
                         [](const auto& param) { return std::string(ToString(param.param)); });

TEST_P(CallTest, ConnectsInAFewRoundTrips) {
  Call call(kGoodLine, GetParam());
  call.time.RunFor(TimeDelta::Millis(400));  // 40 ms each: ICE, then two for DTLS and HelloVerify
  EXPECT_TRUE(call.server.connected);
  EXPECT_TRUE(call.client.connected);
  EXPECT_EQ(call.server.session->peer_address(), Call::kClientAddress);
  EXPECT_EQ(call.client.session->peer_address(), Call::kServerAddress);
}

TEST_P(CallTest, CarriesSoundAndPictureBothWaysUnchanged) {
  Call call(kGoodLine, GetParam());
  Connect(call);
  call.TalkFor(TimeDelta::Seconds(2));
  call.time.RunFor(TimeDelta::Millis(500));
  for (const auto& [from, to] :
       {std::pair(&call.server, &call.client), std::pair(&call.client, &call.server)}) {
    EXPECT_EQ(to->sounds.size(), 100u);
    EXPECT_EQ(to->sounds.front(), "sound 0");
    EXPECT_EQ(to->sounds.back(), "sound 99");
    EXPECT_EQ(to->frames, from->sent_frames);
  }
  EXPECT_EQ(call.key_frames, 2) << "one each way, at the start";
}

TEST_P(CallTest, LossIsRepairedWithoutKeyFrames) {
  Call call({.loss = 0.05, .delay = TimeDelta::Millis(20)}, GetParam(), 11);
  call.time.RunFor(TimeDelta::Seconds(5));
  ASSERT_TRUE(call.server.connected && call.client.connected);
  call.TalkFor(TimeDelta::Seconds(20));
  call.time.RunFor(TimeDelta::Seconds(1));
  for (const auto& [from, to] :
       {std::pair(&call.server, &call.client), std::pair(&call.client, &call.server)}) {
    EXPECT_GE(to->frames.size(), from->sent_frames.size() * 98 / 100);
    EXPECT_THAT(to->sounds.size(), ::testing::AllOf(::testing::Gt(900u), ::testing::Lt(1000u)))
        << "sound is not repaired: it would come too late";
    EXPECT_GT(to->probe.rx.recovered.value(), 50u);
  }
  EXPECT_LE(call.key_frames, 6) << "repaired, rather than begun again";
}

TEST_P(CallTest, AKeyFrameThatIsAskedForReachesWhoAskedForIt) {
  Call call(kGoodLine, GetParam());
  Connect(call);
  call.TalkFor(TimeDelta::Millis(200));
  call.client.session->RequestKeyFrame(call.time.now());
  call.time.RunFor(TimeDelta::Millis(30));
  EXPECT_EQ(call.server.key_frame_requests, 1);
  EXPECT_EQ(call.client.key_frame_requests, 0);
}

TEST(Call, TheSenderIsToldWhenItHasNoKeyFrameToBeginWith) {
  Call call;
  call.time.RunFor(TimeDelta::Seconds(1));
  call.server.SendFrame(FrameKind::kDelta, 2000, call.time.now());
  EXPECT_EQ(call.server.key_frame_requests, 1);
  call.server.SendFrame(FrameKind::kKey, 2000, call.time.now());
  call.time.RunFor(TimeDelta::Millis(200));
  EXPECT_EQ(call.client.frames.size(), 1u);
}

TEST(Call, WhatTheLineDoesIsMeasured) {
  Call call({.loss = 0.1, .delay = TimeDelta::Millis(50)});
  call.time.RunFor(TimeDelta::Seconds(5));
  call.TalkFor(TimeDelta::Seconds(10));
  const SessionStats stats = call.server.session->Stats();
  ASSERT_TRUE(stats.round_trip && stats.video_loss && stats.audio_loss);
  EXPECT_NEAR(stats.round_trip->seconds(), 0.1, 0.02);
  EXPECT_GT(*stats.video_loss, 0.01);
  EXPECT_LT(*stats.video_loss, 0.4);
  EXPECT_GT(stats.packets_received, 500u);
}

TEST(Call, AHangUpIsNoticedAtOnce) {
  Call call;
  call.time.RunFor(TimeDelta::Seconds(1));
  call.client.session->Close();
  EXPECT_THAT(call.client.closed, ElementsAre(CloseReason::kLocal));
  call.time.RunFor(TimeDelta::Millis(25));
  EXPECT_THAT(call.server.closed, ElementsAre(CloseReason::kPeerLeft));
  const int sent = call.server.datagrams_sent;
  call.TalkFor(TimeDelta::Seconds(2));
  EXPECT_EQ(call.server.datagrams_sent, sent) << "nothing is sent to who has left";
}

TEST(Call, TheServerMayHangUpFromInsideACallback) {
  Call call;
  call.time.RunFor(TimeDelta::Seconds(1));
  call.server.on_audio = [&] { call.server.session->Close(); };
  call.client.SendSound("goodbye", call.time.now());
  call.time.RunFor(TimeDelta::Millis(50));
  EXPECT_THAT(call.server.closed, ElementsAre(CloseReason::kLocal));
  EXPECT_THAT(call.client.closed, ElementsAre(CloseReason::kPeerLeft));
}

TEST(Call, ConsentEndsThirtySecondsAfterThePeerFellSilent) {
  Call call;
  call.time.RunFor(TimeDelta::Seconds(10));
  call.SetConditions({.loss = 1});
  const Timestamp silence = call.time.now();
  const size_t before = call.wire.size();
  call.time.RunFor(TimeDelta::Seconds(24));
  EXPECT_THAT(call.server.closed, IsEmpty());
  call.time.RunFor(TimeDelta::Seconds(7));
  EXPECT_THAT(call.server.closed, ElementsAre(CloseReason::kConsentLost));
  EXPECT_THAT(call.client.closed, ElementsAre(CloseReason::kConsentLost));
  EXPECT_LE(*call.server.session->last_activity(), silence + TimeDelta::Millis(20));
  for (size_t i = before; i < call.wire.size(); ++i) {
    EXPECT_NE(ClassifyDatagram(call.wire[i].bytes), DatagramKind::kDtls)
        << "no consent, no farewell: RFC 7675";
  }
}

TEST(Call, AShortOutageIsSurvived) {
  Call call;
  call.time.RunFor(TimeDelta::Seconds(1));
  call.SetConditions({.loss = 1});
  call.TalkFor(TimeDelta::Seconds(20));
  call.SetConditions(kGoodLine);
  call.TalkFor(TimeDelta::Seconds(3));
  call.time.RunFor(TimeDelta::Millis(500));
  EXPECT_THAT(call.server.closed, IsEmpty());
  EXPECT_EQ(call.client.sounds.back(), "sound 149");
  EXPECT_EQ(call.client.frames.back(), call.server.sent_frames.back());
  EXPECT_EQ(call.server.frames.back(), call.client.sent_frames.back());
}

TEST(Call, AHandshakeGetsThroughALineThatLosesAFifth) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Call call({.loss = 0.2, .delay = TimeDelta::Millis(50), .jitter = TimeDelta::Millis(20)},
              VideoCodec::kVp8, seed);
    call.time.RunFor(Session::kHandshakeTimeout);
    EXPECT_TRUE(call.server.connected && call.client.connected) << "seed " << seed;
  }
}

TEST(Call, AHandshakeThatNeverEndsIsGivenUp) {
  Call call({.loss = 1});
  call.time.RunFor(TimeDelta::Millis(14'900));
  EXPECT_THAT(call.server.closed, IsEmpty());
  call.time.RunFor(TimeDelta::Millis(200));
  EXPECT_THAT(call.server.closed, ElementsAre(CloseReason::kHandshakeTimeout));
  EXPECT_THAT(call.client.closed, ElementsAre(CloseReason::kHandshakeTimeout));
}

TEST(Call, NothingIsSentToAnAddressThatHasNotProvedItself) {
  Call call;
  call.time.RunFor(TimeDelta::Seconds(1));
  const auto recorded = call.wire;
  for (const auto& datagram : recorded) {
    if (datagram.to != Call::kServerAddress) continue;
    if (ClassifyDatagram(datagram.bytes) == DatagramKind::kStun) continue;
    call.Inject(Call::kStranger, datagram.bytes);  // ClientHello, Finished, SRTP, …
  }
  call.time.RunFor(TimeDelta::Seconds(1));
  for (const auto& datagram : call.wire) EXPECT_NE(datagram.to, Call::kStranger);
  EXPECT_GT(call.server.probe.session.unvalidated.value(), 0u);
}

// One bad ClientHello or a hundred bad packets end a call elsewhere: CVE-2023-49786,
// CVE-2021-41105.
TEST(Call, StrangersNeitherEndNorEnterACall) {
  Call call;
  call.time.RunFor(TimeDelta::Seconds(1));
  call.TalkFor(TimeDelta::Seconds(1));
  const auto recorded = call.wire;
  const size_t heard = call.server.sounds.size();
  Prng noise(5);
  for (const SocketAddress& from : {Call::kStranger, Call::kClientAddress}) {
    // The second time with a forged source address: the peer's own.
    for (const auto& datagram : recorded) {
      if (datagram.to != Call::kServerAddress) continue;
      call.Inject(from, datagram.bytes);  // a replay
      auto damaged = datagram.bytes;
      damaged[noise.Next() % damaged.size()] ^= 0x10;
      call.Inject(from, damaged);
    }
    for (const uint8_t first_byte : {0, 20, 21, 22, 23, 80, 128, 144, 200, 255}) {
      for (size_t size : {1, 2, 12, 13, 20, 60, 300, 1400}) {
        std::vector<uint8_t> garbage(size);
        for (uint8_t& byte : garbage) byte = static_cast<uint8_t>(noise.Next());
        garbage[0] = first_byte;
        call.Inject(from, garbage);
      }
    }
    const std::vector<uint8_t> close_notify{21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0};
    call.Inject(from, close_notify);
  }
  EXPECT_EQ(call.server.sounds.size(), heard) << "not one replayed or damaged packet was heard";
  EXPECT_THAT(call.server.closed, IsEmpty());
  EXPECT_EQ(call.server.session->peer_address(), Call::kClientAddress);

  call.TalkFor(TimeDelta::Seconds(1));
  call.time.RunFor(TimeDelta::Millis(100));
  EXPECT_EQ(call.server.sounds.size(), heard + 50);
  EXPECT_EQ(call.server.frames, call.client.sent_frames);
  EXPECT_GT(call.server.session->Stats().bad_packets, 100u);
}

TEST(Call, AStrangersClientHelloDuringTheHandshakeDoesNoHarm) {
  Call call;
  // Until the client's first ClientHello is on its way.
  while (std::none_of(call.wire.begin(), call.wire.end(), [](const Call::Datagram& d) {
    return ClassifyDatagram(d.bytes) == DatagramKind::kDtls;
  })) {
    call.time.RunFor(TimeDelta::Millis(1));
  }
  std::vector<uint8_t> hello = call.wire.back().bytes;
  for (size_t i = 40; i < hello.size(); ++i) hello[i] ^= 0x55;
  call.Inject(Call::kStranger, hello);
  call.Inject(Call::kClientAddress, hello);  // a forged source
  call.time.RunFor(TimeDelta::Seconds(5));
  EXPECT_TRUE(call.server.connected);
  EXPECT_TRUE(call.client.connected);
}

TEST(Call, MovesWithThePeerOnceItHasProvedToBeThere) {
  Call call;
  call.time.RunFor(TimeDelta::Seconds(1));
  call.TalkFor(TimeDelta::Seconds(1));
  const SocketAddress mobile = SocketAddress::Ipv4({198, 51, 100, 9}, 6000);
  call.client.address = mobile;
  const size_t heard = call.server.sounds.size();
  call.TalkFor(TimeDelta::Millis(100));
  EXPECT_LE(call.server.sounds.size(), heard + 2) << "what was under way";
  EXPECT_EQ(call.server.session->peer_address(), Call::kClientAddress);

  call.TalkFor(TimeDelta::Seconds(6));  // its next consent check is sent within 4.8 s
  call.time.RunFor(TimeDelta::Millis(500));
  EXPECT_EQ(call.server.session->peer_address(), mobile);
  EXPECT_EQ(call.server.frames.back(), call.client.sent_frames.back());
  EXPECT_EQ(call.client.frames.back(), call.server.sent_frames.back());
  EXPECT_THAT(call.server.closed, IsEmpty());
}

TEST(Call, LastsAnHourOnABadLine) {
  Call call({.loss = 0.02, .delay = TimeDelta::Millis(80), .jitter = TimeDelta::Millis(30)});
  call.time.RunFor(TimeDelta::Seconds(5));
  ASSERT_TRUE(call.server.connected && call.client.connected);
  for (int minute = 0; minute < 60; ++minute) {
    call.TalkFor(TimeDelta::Seconds(1));
    call.time.RunFor(TimeDelta::Seconds(59));
  }
  EXPECT_THAT(call.server.closed, IsEmpty());
  EXPECT_THAT(call.client.closed, IsEmpty());
  EXPECT_GT(call.server.sounds.size(), 2800u);
}

}  // namespace
}  // namespace continuo
