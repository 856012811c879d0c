// SPDX-License-Identifier: Apache-2.0
#include "transport/session/negotiation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "crypto/init.h"
#include "tests/support/sample_offers.h"
#include "transport/wire/rtp_extensions.h"
#include "transport/wire/sdp.h"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// `text` with every `what` replaced.
std::string With(std::string text, const std::string& what, const std::string& instead) {
  EXPECT_THAT(text, HasSubstr(what)) << "a test that changes nothing";
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + instead.size())) {
    text.replace(at, what.size(), instead);
  }
  return text;
}

// `text` without the lines that begin like this.
std::string Without(const std::string& text, const std::string& beginning) {
  std::istringstream in(text);
  std::string out;
  bool found = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(beginning)) {
      found = true;
    } else {
      out += line + "\n";
    }
  }
  EXPECT_TRUE(found) << beginning;
  return out;
}

class NegotiationTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(InitCrypto()); }

  static LocalDescription Ours() {
    Fingerprint fingerprint;
    fingerprint.sha256.fill(0xAB);
    return MakeLocalDescription(
        ShardIndex(2), fingerprint,
        {*SocketAddress::Parse("192.0.2.1:3478"), *SocketAddress::Parse("[2001:db8::1]:3478")});
  }

  NegotiatedAnswer Accept(const std::string& offer) {
    auto answer = AnswerOffer(offer, ours_);
    if (!answer) {
      ADD_FAILURE() << ToString(answer.error());
      return {};
    }
    auto parsed = ParseSdp(answer->sdp);
    EXPECT_TRUE(parsed) << answer->sdp;
    if (parsed) sdp_ = *parsed;
    return *answer;
  }
  Error Refuse(const std::string& offer) {
    const auto answer = AnswerOffer(offer, ours_);
    EXPECT_FALSE(answer) << "accepted: " << answer->sdp;
    return answer ? Error{} : answer.error();
  }
  void ExpectRefusal(const std::string& offer, ErrorCode code, const std::string& reason) {
    const Error error = Refuse(offer);
    EXPECT_EQ(error.code, code);
    EXPECT_THAT(std::string(error.text), HasSubstr(reason));
  }

  LocalDescription ours_ = Ours();
  SessionDescription sdp_;  // the last answer, read back
};

TEST_F(NegotiationTest, ChromiumSendsAndReceivesOneVp8AndOneOpus) {
  const NegotiatedMedia media = Accept(SampleOffer("chromium-offer")).media;

  ASSERT_TRUE(media.audio);
  EXPECT_EQ(media.audio->mid, "0");
  EXPECT_EQ(media.audio->payload_type, 111);
  EXPECT_TRUE(media.audio->sends && media.audio->receives);
  EXPECT_EQ(media.audio->remote_ssrc, Ssrc(1954273237));

  ASSERT_TRUE(media.video);
  EXPECT_EQ(media.video->codec, VideoCodec::kVp8);
  EXPECT_EQ(media.video->payload_type, 96);
  EXPECT_EQ(media.video->rtx_payload_type, 97);
  EXPECT_TRUE(media.video->nack);
  EXPECT_FALSE(media.video->remote_ssrc) << "simulcast offers announce none";

  EXPECT_EQ(media.extensions.audio_level, 1);
  EXPECT_EQ(media.extensions.transport_wide_cc, 3);
  EXPECT_EQ(media.extensions.mid, 4);
  EXPECT_TRUE(media.transport_wide_feedback);
  EXPECT_TRUE(media.reduced_size_rtcp);
  EXPECT_EQ(media.remote_ice.ufrag, "XzLd");
  EXPECT_EQ(media.remote_ice.pwd, "/JIa1xHwRDJpblOkmq/ul3bI");
  EXPECT_THAT(media.remote_fingerprint.ToString(), testing::StartsWith("04:A8:25:6F"));
}

TEST_F(NegotiationTest, TheAnswerIsOfAnIceLitePassiveServerOnOnePort) {
  Accept(SampleOffer("chromium-offer"));
  EXPECT_TRUE(sdp_.ice_lite);
  EXPECT_THAT(sdp_.bundle, ElementsAre("0", "1"));
  ASSERT_THAT(sdp_.media, SizeIs(3));
  for (size_t i = 0; i < 2; ++i) {
    const MediaDescription& line = sdp_.media[i];
    EXPECT_NE(line.port, 0);
    EXPECT_TRUE(line.rtcp_mux);
    EXPECT_EQ(line.direction, MediaDirection::kSendRecv);
    EXPECT_EQ(line.dtls.setup, DtlsSetup::kPassive);
    EXPECT_EQ(line.ice.ufrag, ours_.ice.ufrag);
    EXPECT_EQ(line.ice.pwd, ours_.ice.pwd);
    ASSERT_THAT(line.dtls.fingerprints, SizeIs(1));
    EXPECT_EQ(line.dtls.fingerprints[0].hash, "sha-256");
    EXPECT_EQ(line.dtls.fingerprints[0].digest, std::vector<uint8_t>(32, 0xAB));
  }
  EXPECT_EQ(sdp_.media[2].port, 0) << "no data channel";
  EXPECT_EQ(sdp_.media[2].kind, MediaKind::kApplication);
}

TEST_F(NegotiationTest, EveryAddressIsAHostCandidateIpv4First) {
  Accept(SampleOffer("chromium-offer"));
  const auto& candidates = sdp_.media[0].ice.candidates;
  ASSERT_THAT(candidates, SizeIs(2));
  EXPECT_EQ(candidates[0].address, ours_.candidates[0]);
  EXPECT_EQ(candidates[1].address, ours_.candidates[1]);
  EXPECT_GT(candidates[0].priority, candidates[1].priority);
  EXPECT_NE(candidates[0].foundation, candidates[1].foundation);
  EXPECT_EQ(candidates[0].type, IceCandidateType::kHost);
  EXPECT_TRUE(sdp_.media[0].ice.end_of_candidates);
}

TEST_F(NegotiationTest, AsksForOneLayerAndForUprightPictures) {
  const std::string answer = Accept(SampleOffer("chromium-offer")).sdp;
  EXPECT_THAT(answer, Not(HasSubstr("simulcast")));
  EXPECT_THAT(answer, Not(HasSubstr("a=rid")));
  EXPECT_THAT(answer, Not(HasSubstr("video-orientation"))) << "so that senders rotate themselves";
  std::set<std::string> uris;
  for (const auto& line : sdp_.media) {
    for (const auto& extension : line.extensions) uris.insert(extension.uri);
  }
  EXPECT_THAT(uris, testing::UnorderedElementsAre(std::string(kMidExtensionUri),
                                                  std::string(kAudioLevelExtensionUri),
                                                  std::string(kTransportSequenceExtensionUri)));
}

TEST_F(NegotiationTest, CodecsAreAnsweredInOurOwnWords) {
  Accept(SampleOffer("firefox-offer"));
  ASSERT_THAT(sdp_.media[0].codecs, SizeIs(1));
  const RtpCodec& opus = sdp_.media[0].codecs[0];
  EXPECT_TRUE(opus.Is("opus"));
  EXPECT_EQ(opus.FmtpParameter("useinbandfec"), "1");
  EXPECT_EQ(opus.FmtpParameter("stereo"), std::nullopt) << "we mix in mono";

  ASSERT_THAT(sdp_.media[1].codecs, SizeIs(2));
  const RtpCodec& vp8 = sdp_.media[1].codecs[0];
  EXPECT_TRUE(vp8.Is("VP8"));
  EXPECT_TRUE(vp8.feedback.nack && vp8.feedback.nack_pli && vp8.feedback.ccm_fir &&
              vp8.feedback.transport_cc);
  EXPECT_FALSE(vp8.feedback.goog_remb);
  EXPECT_TRUE(sdp_.media[1].codecs[1].Is("rtx"));
  EXPECT_EQ(sdp_.media[1].codecs[1].FmtpParameter("apt"), "120");
}

TEST_F(NegotiationTest, FirefoxIsMappedByItsAnnouncedSsrcs) {
  const NegotiatedMedia media = Accept(SampleOffer("firefox-offer")).media;
  ASSERT_TRUE(media.audio && media.video);
  EXPECT_EQ(media.audio->payload_type, 109);
  EXPECT_EQ(media.video->payload_type, 120);
  EXPECT_EQ(media.video->rtx_payload_type, 124);
  EXPECT_EQ(media.video->remote_ssrc, Ssrc(3032827884));
  EXPECT_EQ(media.video->remote_rtx_ssrc, Ssrc(4092918652));
  EXPECT_EQ(media.extensions.mid, 3);
  EXPECT_EQ(media.extensions.transport_wide_cc, 7);
  EXPECT_TRUE(media.transport_wide_feedback);
}

TEST_F(NegotiationTest, SoundAndPictureAreOneStreamForTheBrowser) {
  Accept(SampleOffer("firefox-offer"));
  ASSERT_TRUE(sdp_.media[0].msid && sdp_.media[1].msid);
  EXPECT_EQ(sdp_.media[0].msid->stream, "continuo");
  EXPECT_EQ(sdp_.media[1].msid->stream, "continuo");
  EXPECT_NE(sdp_.media[0].msid->track, sdp_.media[1].msid->track);
  EXPECT_EQ(sdp_.media[0].ssrcs[0].ssrc, ours_.audio_ssrc);
  EXPECT_THAT(sdp_.media[1].fid_groups,
              ElementsAre(FidGroup{ours_.video_ssrc, ours_.video_rtx_ssrc}));
  EXPECT_EQ(sdp_.media[0].ssrcs[0].cname, sdp_.media[1].ssrcs[0].cname);
}

TEST_F(NegotiationTest, AViewerIsSentToAndNotListenedTo) {
  const NegotiatedMedia media = Accept(SampleOffer("chromium-offer-recvonly")).media;
  ASSERT_TRUE(media.audio && media.video);
  EXPECT_TRUE(media.audio->sends && media.video->sends);
  EXPECT_FALSE(media.audio->receives || media.video->receives);
  EXPECT_EQ(sdp_.media[0].direction, MediaDirection::kSendOnly);
  EXPECT_EQ(sdp_.media[1].direction, MediaDirection::kSendOnly);
}

TEST_F(NegotiationTest, APublisherIsListenedToAndNotSentTo) {
  const NegotiatedMedia media =
      Accept(With(SampleOffer("chromium-offer"), "a=sendrecv", "a=sendonly")).media;
  ASSERT_TRUE(media.audio && media.video);
  EXPECT_FALSE(media.audio->sends || media.video->sends);
  EXPECT_TRUE(media.audio->receives && media.video->receives);
  EXPECT_EQ(sdp_.media[0].direction, MediaDirection::kRecvOnly);
  EXPECT_THAT(sdp_.media[0].ssrcs, IsEmpty());
  EXPECT_FALSE(sdp_.media[1].msid);
}

TEST_F(NegotiationTest, WhoHasNoCodecOfOursForPicturesIsToldSo) {
  // VP9 and AV1 only.
  ExpectRefusal(SampleOffer("chromium-offer-allext-svc"), ErrorCode::kUnsupported,
                "no usable codec for video: this server takes VP8");
}

TEST_F(NegotiationTest, TheFirstUsableCodecInTheOffersOrderWins) {
  const std::string h264_first =
      With(SampleOffer("chromium-offer"), "SAVPF 96 97 102 103 104", "SAVPF 104 102 103 96 97");
  const NegotiatedMedia media = Accept(h264_first).media;
  ASSERT_TRUE(media.video);
  EXPECT_EQ(media.video->codec, VideoCodec::kH264);
  EXPECT_EQ(media.video->payload_type, 102) << "104 is packetization-mode 0";
  EXPECT_EQ(media.video->rtx_payload_type, 103);
  const RtpCodec& h264 = sdp_.media[1].codecs[0];
  EXPECT_EQ(h264.FmtpParameter("packetization-mode"), "1");
  EXPECT_EQ(h264.FmtpParameter("profile-level-id"), "42001f");
}

TEST_F(NegotiationTest, HigherProfilesOfH264AreNotTaken) {
  const std::string main_first = With(With(SampleOffer("chromium-offer"), " 116 117", ""),
                                      "SAVPF 96 97 102", "SAVPF 116 117 102");
  EXPECT_EQ(Accept(main_first).media.video->payload_type, 102);
}

TEST_F(NegotiationTest, ASecondCameraIsRefusedAlone) {
  std::string offer = SampleOffer("chromium-offer");
  const size_t video = offer.find("m=video");
  const size_t data = offer.find("m=application");
  std::string second = With(offer.substr(video, data - video), "a=mid:1", "a=mid:3");
  offer = With(offer, "BUNDLE 0 1 2", "BUNDLE 0 1 2 3") + second;
  EXPECT_TRUE(Accept(offer).media.video);
  ASSERT_THAT(sdp_.media, SizeIs(4));
  EXPECT_EQ(sdp_.media[3].port, 0);
  EXPECT_EQ(sdp_.media[3].mid, "3");
  EXPECT_THAT(sdp_.bundle, ElementsAre("0", "1"));
}

TEST_F(NegotiationTest, AnIdThatMeansTwoThingsIsUsedForOne) {
  // The sound's transport-wide numbers and the picture's MID would share an id.
  const std::string offer = SampleOffer("chromium-offer");
  const size_t video = offer.find("m=video");
  std::string picture = With(offer.substr(video), "a=extmap:3 http", "a=extmap:15 http");
  picture = With(picture, "a=extmap:4 urn", "a=extmap:3 urn");
  const NegotiatedMedia media = Accept(offer.substr(0, video) + picture).media;
  EXPECT_EQ(media.extensions.transport_wide_cc, 3);
  EXPECT_EQ(media.extensions.mid, 4);
  EXPECT_THAT(sdp_.media[0].extensions, SizeIs(3));
  EXPECT_THAT(sdp_.media[1].extensions, IsEmpty());
}

TEST_F(NegotiationTest, ATransportWithoutItsParametersIsRefusedWithTheReason) {
  const std::string offer = SampleOffer("chromium-offer");
  ExpectRefusal(Without(offer, "a=fingerprint"), ErrorCode::kUnsupported, "sha-256");
  const std::string sha1 = Without(offer, "a=fingerprint") +
                           "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
                           "00:11:22:33\n";
  ExpectRefusal(sha1, ErrorCode::kUnsupported, "sha-256");
  ExpectRefusal(Without(offer, "a=group:BUNDLE"), ErrorCode::kUnsupported, "BUNDLE");
  ExpectRefusal(Without(offer, "a=rtcp-mux"), ErrorCode::kUnsupported, "rtcp-mux");
  ExpectRefusal(Without(offer, "a=ice-ufrag"), ErrorCode::kMalformed, "ICE");
  ExpectRefusal(Without(offer, "a=setup"), ErrorCode::kMalformed, "setup");
  ExpectRefusal(With(offer, "a=setup:actpass", "a=setup:passive"), ErrorCode::kUnsupported,
                "setup");
}

TEST_F(NegotiationTest, AnOfferOfNothingUsableIsRefusedInPlainWords) {
  std::string offer = SampleOffer("chromium-offer");
  ExpectRefusal(With(offer, "opus/48000/2", "speex/8000"), ErrorCode::kUnsupported, "Opus");
  offer = With(With(offer, "VP8/90000", "H265/90000"), "H264/90000", "H266/90000");
  ExpectRefusal(offer, ErrorCode::kUnsupported, "VP8, and H.264");
  ExpectRefusal(With(SampleOffer("chromium-offer"), "a=sendrecv", "a=inactive"),
                ErrorCode::kUnsupported, "usable");
}

TEST_F(NegotiationTest, WhatIsNoOfferIsMalformed) {
  EXPECT_EQ(Refuse("").code, ErrorCode::kMalformed);
  EXPECT_EQ(Refuse("hello").code, ErrorCode::kMalformed);
  std::string oversize = SampleOffer("chromium-offer");
  oversize.append(kMaxSdpSize, 'x');
  EXPECT_NE(Refuse(oversize).code, ErrorCode::kInternal);
}

TEST_F(NegotiationTest, NoLineOfTheOffersComesBackUnread) {
  std::string offer = SampleOffer("chromium-offer");
  offer = With(offer, "profile-level-id=42001f", "profile-level-id=42001f;x-canary=1");
  offer = With(offer, "SAVPF 96 97 102 103", "SAVPF 102 103 96 97");
  offer += "a=x-canary:2\n";
  EXPECT_THAT(Accept(offer).sdp, Not(HasSubstr("canary")));
}

TEST_F(NegotiationTest, OurClientAndOurServerAgree) {
  const LocalDescription client = MakeLocalDescription(ShardIndex(0), Fingerprint(), {});
  const OfferParameters parameters{.codecs = {VideoCodec::kH264, VideoCodec::kVp8}};
  const NegotiatedAnswer answer = Accept(MakeOffer(parameters, client));
  const auto applied = ApplyAnswer(parameters, answer.sdp);
  ASSERT_TRUE(applied) << ToString(applied.error());

  ASSERT_TRUE(applied->audio && applied->video);
  EXPECT_EQ(applied->video->codec, VideoCodec::kH264);
  EXPECT_EQ(applied->video->codec, answer.media.video->codec);
  EXPECT_EQ(applied->video->payload_type, answer.media.video->payload_type);
  EXPECT_EQ(applied->video->rtx_payload_type, answer.media.video->rtx_payload_type);
  EXPECT_EQ(applied->video->remote_ssrc, ours_.video_ssrc);
  EXPECT_EQ(applied->video->remote_rtx_ssrc, ours_.video_rtx_ssrc);
  EXPECT_EQ(answer.media.video->remote_ssrc, client.video_ssrc);
  EXPECT_EQ(applied->audio->remote_ssrc, ours_.audio_ssrc);
  EXPECT_EQ(applied->remote_candidates, ours_.candidates);
  EXPECT_EQ(applied->remote_ice.ufrag, ours_.ice.ufrag);
  EXPECT_EQ(applied->extensions.mid, answer.media.extensions.mid);
  EXPECT_TRUE(applied->transport_wide_feedback && answer.media.transport_wide_feedback);
  EXPECT_TRUE(applied->audio->sends && applied->audio->receives);
}

TEST_F(NegotiationTest, TheClientTakesNoAnswerOfAFullIceAgentOrAnActiveOne) {
  const LocalDescription client = MakeLocalDescription(ShardIndex(0), Fingerprint(), {});
  const std::string answer = Accept(MakeOffer({}, client)).sdp;
  EXPECT_FALSE(ApplyAnswer({}, Without(answer, "a=ice-lite")));
  EXPECT_FALSE(ApplyAnswer({}, With(answer, "a=setup:passive", "a=setup:active")));
  EXPECT_FALSE(ApplyAnswer({.video = false}, answer));
}

TEST_F(NegotiationTest, EverySessionHasSecretsOfItsOwn) {
  const LocalDescription other = Ours();
  EXPECT_NE(ours_.ice.ufrag, other.ice.ufrag);
  EXPECT_NE(ours_.ice.pwd, other.ice.pwd);
  EXPECT_NE(ours_.cname, other.cname);
  const std::set<Ssrc> ssrcs{ours_.audio_ssrc, ours_.video_ssrc, ours_.video_rtx_ssrc,
                             other.audio_ssrc, other.video_ssrc, other.video_rtx_ssrc};
  EXPECT_THAT(ssrcs, SizeIs(6));
  EXPECT_EQ(ShardOfUfrag(ours_.ice.ufrag), ShardIndex(2));
}

}  // namespace
}  // namespace continuo
