// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/sdp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/sample_offers.h"

namespace continuo {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;
using ::testing::SizeIs;

SessionDescription Parsed(std::string_view text) {
  const auto session = ParseSdp(text);
  EXPECT_TRUE(session) << ToString(session.error());
  return session.value_or(SessionDescription());
}

// The smallest session around these lines of one m-line's section.
std::string WithMedia(std::string_view lines) {
  return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
         "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n" +
         std::string(lines);
}
constexpr int kFirstMediaLine = 6;

MediaDescription MediaOf(std::string_view lines) {
  const SessionDescription session = Parsed(WithMedia(lines));
  return session.media.empty() ? MediaDescription() : session.media[0];
}

// What is wrong with a session of these lines, and where.
std::string ProblemOf(std::string_view text) {
  const auto session = ParseSdp(text);
  if (session) return "nothing";
  EXPECT_EQ(session.error().code, ErrorCode::kMalformed);
  return ToString(session.error());
}
std::string ProblemOfMedia(std::string_view lines) { return ProblemOf(WithMedia(lines)); }

TEST(ParseSdp, ReadsChromiumsSimulcastOffer) {
  const SessionDescription offer = Parsed(SampleOffer("chromium-offer"));
  EXPECT_EQ(offer.session_id, 5410010518073081804u);
  EXPECT_EQ(offer.session_version, 2u);
  EXPECT_FALSE(offer.ice_lite);
  EXPECT_TRUE(offer.extmap_allow_mixed);
  EXPECT_THAT(offer.bundle, ElementsAre("0", "1", "2"));
  ASSERT_THAT(offer.media, SizeIs(3));

  const MediaDescription& audio = offer.media[0];
  EXPECT_EQ(audio.kind, MediaKind::kAudio);
  EXPECT_EQ(audio.protocol, MediaProtocol::kUdpTlsRtpSavpf);
  EXPECT_EQ(audio.port, 52027);
  EXPECT_EQ(audio.mid, "0");
  EXPECT_EQ(audio.direction, MediaDirection::kSendRecv);
  EXPECT_TRUE(audio.rtcp_mux);
  EXPECT_TRUE(audio.rtcp_rsize);
  EXPECT_EQ(audio.ice.ufrag, "XzLd");
  EXPECT_EQ(audio.ice.pwd, "/JIa1xHwRDJpblOkmq/ul3bI");
  EXPECT_TRUE(audio.ice.trickle);
  EXPECT_EQ(audio.dtls.setup, DtlsSetup::kActpass);
  ASSERT_THAT(audio.dtls.fingerprints, SizeIs(1));
  EXPECT_EQ(audio.dtls.fingerprints[0].hash, "sha-256");
  EXPECT_THAT(audio.dtls.fingerprints[0].digest, SizeIs(32));
  EXPECT_EQ(audio.dtls.fingerprints[0].digest[1], 0xa8);
  EXPECT_THAT(audio.ssrcs, ElementsAre(AllOf(Field(&SdpSsrc::ssrc, Ssrc(1954273237)),
                                             Field(&SdpSsrc::cname, "gebpXfzLf/5pXWYA"))));

  ASSERT_THAT(audio.codecs, SizeIs(8));
  const RtpCodec& opus = audio.codecs[0];
  EXPECT_EQ(opus.payload_type, 111);
  EXPECT_TRUE(opus.Is("OPUS"));
  EXPECT_EQ(opus.clock_rate, 48'000u);
  EXPECT_EQ(opus.channels, 2);
  EXPECT_TRUE(opus.feedback.transport_cc);
  EXPECT_FALSE(opus.feedback.nack);
  EXPECT_THAT(opus.FmtpParameter("useinbandfec"), Optional(std::string_view("1")));
  EXPECT_EQ(opus.FmtpParameter("stereo"), std::nullopt);

  const MediaDescription& video = offer.media[1];
  EXPECT_EQ(video.kind, MediaKind::kVideo);
  EXPECT_EQ(video.codecs[0].name, "VP8");
  EXPECT_EQ(video.codecs[0].feedback, (RtcpFeedback{true, true, true, true, true}));
  EXPECT_THAT(video.FindCodec(97)->FmtpParameter("apt"), Optional(std::string_view("96")));
  EXPECT_THAT(video.FindCodec(108)->FmtpParameter("profile-level-id"),
              Optional(std::string_view("42e01f")));
  EXPECT_EQ(video.FindCodec(50), nullptr);
  EXPECT_EQ(video.FindExtension("urn:ietf:params:rtp-hdrext:sdes:mid")->id, 4);
  EXPECT_EQ(video.FindExtension("urn:x"), nullptr);
  EXPECT_THAT(video.ssrcs, IsEmpty()) << "simulcast offers name no SSRCs";
  EXPECT_THAT(video.rids, ElementsAre(Rid{"q"}, Rid{"h"}, Rid{"f"}));
  ASSERT_TRUE(video.simulcast);
  EXPECT_THAT(video.simulcast->send, ElementsAre("q", "h", "f"));
  EXPECT_THAT(video.simulcast->recv, IsEmpty());
  EXPECT_THAT(video.msid, Optional(Msid{"f079df7c-2794-440a-9745-7415ee44249f",
                                        "7da62832-4444-4319-bffc-58925b65b0bc"}));

  EXPECT_EQ(offer.media[2].kind, MediaKind::kApplication);
  EXPECT_EQ(offer.media[2].protocol, MediaProtocol::kUdpDtlsSctp);
}

TEST(ParseSdp, ReadsChromiumsCandidates) {
  const SessionDescription offer = Parsed(SampleOffer("chromium-offer"));
  const std::vector<IceCandidate>& candidates = offer.media[0].ice.candidates;
  ASSERT_THAT(candidates, SizeIs(8));
  EXPECT_EQ(candidates[1], (IceCandidate{.foundation = "3905555975",
                                         .component = 1,
                                         .priority = 2122063615,
                                         .address = *SocketAddress::Parse("192.0.2.2:42705"),
                                         .type = IceCandidateType::kHost}));
  EXPECT_EQ(candidates[3].address, SocketAddress::Parse("[fd00::2]:38636"));
  EXPECT_EQ(candidates[4].transport, IceCandidateTransport::kTcpActive);
}

TEST(ParseSdp, ReadsARecvonlyOfferWithEveryCodec) {
  const SessionDescription offer = Parsed(SampleOffer("chromium-offer-recvonly"));
  ASSERT_THAT(offer.media, SizeIs(3));
  EXPECT_EQ(offer.media[1].direction, MediaDirection::kRecvOnly);
  EXPECT_THAT(offer.media[1].codecs, SizeIs(34));
  EXPECT_THAT(offer.media[1].codecs, Not(Contains(Field(&RtpCodec::name, ""))));
}

TEST(ParseSdp, ReadsExtensionIdsOfTheTwoByteFormAndRetransmissionGroups) {
  const SessionDescription offer = Parsed(SampleOffer("chromium-offer-allext-svc"));
  const MediaDescription& video = offer.media[1];
  EXPECT_EQ(
      video.FindExtension("http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00")
          ->id,
      18);
  EXPECT_EQ(video.FindExtension("urn:ietf:params:rtp-hdrext:encrypt")->id, 9);
  EXPECT_THAT(video.fid_groups, ElementsAre(FidGroup{Ssrc(1327889817), Ssrc(1167459337)}));
}

TEST(ParseSdp, HandsFirefoxsSessionLevelFingerprintDown) {
  const SessionDescription offer = Parsed(SampleOffer("firefox-offer"));
  ASSERT_THAT(offer.media, SizeIs(3));
  for (const MediaDescription& media : offer.media) {
    ASSERT_THAT(media.dtls.fingerprints, SizeIs(1)) << media.mid;
    EXPECT_EQ(media.dtls.fingerprints[0].digest[0], 0x38);
    EXPECT_TRUE(media.ice.trickle) << media.mid;
    EXPECT_TRUE(media.ice.end_of_candidates);
  }
  const MediaDescription& audio = offer.media[0];
  EXPECT_EQ(audio.codecs[0].fmtp, "maxplaybackrate=48000;stereo=1;useinbandfec=1")
      << "its fmtp stands before its rtpmap";
  EXPECT_EQ(audio.extensions[1].direction, MediaDirection::kRecvOnly);
  EXPECT_THAT(audio.ice.candidates, SizeIs(4));
  EXPECT_EQ(audio.ice.candidates[0].component, 1);
  EXPECT_EQ(audio.ice.candidates[2].component, 2);
  EXPECT_EQ(audio.msid->stream, "{b26d3588-bf6d-44d2-834b-66025bc14cbd}");
}

TEST(ParseSdp, LetsASectionOverruleTheSession) {
  const SessionDescription session = Parsed(
      "v=0\no=- 1 2 IN IP4 0.0.0.0\ns=-\nt=0 0\n"
      "a=setup:passive\na=sendonly\na=ice-ufrag:sess\na=ice-pwd:sessionsessionsessionse\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 96\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 96\na=setup:active\na=inactive\na=ice-ufrag:mine\n");
  EXPECT_EQ(session.media[0].dtls.setup, DtlsSetup::kPassive);
  EXPECT_EQ(session.media[0].direction, MediaDirection::kSendOnly);
  EXPECT_EQ(session.media[0].ice.ufrag, "sess");
  EXPECT_EQ(session.media[1].dtls.setup, DtlsSetup::kActive);
  EXPECT_EQ(session.media[1].direction, MediaDirection::kInactive);
  EXPECT_EQ(session.media[1].ice.ufrag, "mine");
}

TEST(ParseSdp, IsDeafToLinesThatItDoesNotKnow) {
  const MediaDescription plain = MediaOf("a=mid:0\r\n");
  EXPECT_EQ(MediaOf("i=about\r\nb=AS:500\r\na=mid:0\r\na=unheard-of:<script>\r\na=ptime:20\r\n"
                    "a=rtcp-fb:96 nack sli\r\na=ssrc:1 label:x\r\na=ssrc-group:SIM 1 2\r\n"
                    "a=fmtp:50 x=y\r\na=fingerprint:md5 00\r\na=extmap:4096 urn:x\r\n"),
            plain);
}

TEST(ParseSdp, AppliesAWildcardFeedbackToEveryCodec) {
  const MediaDescription video = MediaOf("a=rtcp-fb:* nack pli\r\n");
  EXPECT_TRUE(video.codecs[0].feedback.nack_pli);
  EXPECT_TRUE(video.codecs[1].feedback.nack_pli);
}

TEST(ParseSdp, KnowsThePayloadTypesOfPhones) {
  const SessionDescription offer =
      Parsed("v=0\no=- 1 2 IN IP4 192.0.2.1\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 8 0 101\n");
  EXPECT_EQ(offer.media[0].protocol, MediaProtocol::kRtpAvp);
  EXPECT_TRUE(offer.media[0].codecs[0].Is("PCMA"));
  EXPECT_TRUE(offer.media[0].codecs[1].Is("PCMU"));
  EXPECT_EQ(offer.media[0].codecs[1].clock_rate, 8000u);
  EXPECT_EQ(offer.media[0].codecs[2].name, "");
}

TEST(ParseSdp, KeepsTheFirstOfSimulcastAlternatives) {
  const MediaDescription video = MediaOf("a=simulcast:recv 1,2;~3 send 4\r\n");
  ASSERT_TRUE(video.simulcast);
  EXPECT_THAT(video.simulcast->recv, ElementsAre("1", "3"));
  EXPECT_THAT(video.simulcast->send, ElementsAre("4"));
}

TEST(ParseSdp, SaysWhichLineIsWrong) {
  EXPECT_EQ(ProblemOf(""), "no origin: line 0");
  EXPECT_EQ(ProblemOf("v=1\n"), "not version 0 of SDP: line 1");
  EXPECT_EQ(ProblemOf("v=0\ns=-\n"), "no origin: line 2");
  EXPECT_EQ(ProblemOf("v=0\no=- x 2 IN IP4 0.0.0.0\n"), "bad origin: line 2");
  const std::string at = ": line " + std::to_string(kFirstMediaLine);
  EXPECT_EQ(ProblemOfMedia("nonsense\r\n"), "not a line of SDP" + at);
  EXPECT_EQ(ProblemOfMedia("\r\na=mid:0"), "not a line of SDP" + at);
  EXPECT_EQ(ProblemOfMedia("q=1\r\n"), "an unknown kind of line" + at);
  EXPECT_EQ(ProblemOfMedia("a=mid:0\r\na=mid:a\x01\r\n"), "control characters: line 7");
  EXPECT_EQ(ProblemOfMedia("a=mid:a\rb\r\n"), "control characters" + at);
}

TEST(ParseSdp, RefusesWhatItUnderstandsAndIsWrong) {
  for (const char* line : {
           "m=audio 9 UDP/TLS/RTP/SAVPF",
           "m=audio 9 UDP/TLS/RTP/SAVPF 128",
           "m=audio 9 UDP/TLS/RTP/SAVPF 96 96",
           "m=audio 65536 UDP/TLS/RTP/SAVPF 96",
           "m=audio 9/2 UDP/TLS/RTP/SAVPF 96",
           "m=audio 9 UDP/TLS/RTP 96",
           "m=audio 9 UDP/DTLS/SCTP webrtc-datachannel",
           "m=application 9 UDP/DTLS/SCTP 5000",
           "m=message 9 UDP/TLS/RTP/SAVPF 96",
           "a=rtpmap:96 VP8",
           "a=rtpmap:96 VP8/0",
           "a=rtpmap:96 VP8/90000/0",
           "a=rtpmap:-1 VP8/90000",
           "a=rtpmap:96 V:8/90000",
           "a=fmtp:300 x=y",
           "a=extmap:0 urn:x",
           "a=extmap:x urn:x",
           "a=extmap:1/backwards urn:x",
           "a=extmap:1",
           "a=ssrc:4294967296 cname:x",
           "a=ssrc:1 cname:",
           "a=ssrc-group:FID 1",
           "a=ssrc-group:FID 1 2 3",
           "a=rid:1 sideways",
           "a=simulcast:",
           "a=simulcast:send",
           "a=simulcast:send 1 send 2",
           "a=mid:",
           "a=mid:a b",
           "a=msid:",
           "a=setup:maybe",
           "a=ice-ufrag:abc",
           "a=ice-ufrag:abcd efgh",
           "a=ice-pwd:tooshort",
           "a=fingerprint:sha-256 00:11",
           "a=fingerprint:sha-1 00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:1g",
           "a=fingerprint:sha-1 00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14",
       }) {
    EXPECT_THAT(ProblemOfMedia(line), HasSubstr("line 6")) << line;
  }
  EXPECT_THAT(ProblemOfMedia("a=rtpmap:96 VP8/90000\r\na=rtpmap:96 VP9/90000\r\n"),
              HasSubstr("line 7"));
  EXPECT_THAT(ProblemOfMedia("a=extmap:1 urn:x\r\na=extmap:1 urn:y\r\n"), HasSubstr("line 7"));
  EXPECT_THAT(ProblemOfMedia("a=mid:0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n"),
              HasSubstr("a mid twice"));
  EXPECT_THAT(ProblemOf("v=0\no=- 1 2 IN IP4 0.0.0.0\na=group:BUNDLE 0\n"),
              HasSubstr("a group of unknown mids"));
}

TEST(ParseSdp, HoldsItsCaps) {
  const auto repeated = [](int n, std::string_view line) {
    std::string text;
    for (int i = 0; i < n; ++i) text += line;
    return text;
  };
  const std::string media = "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n";
  EXPECT_EQ(Parsed(WithMedia(repeated(31, media))).media.size(), kMaxSdpMedia);
  EXPECT_THAT(ProblemOfMedia(repeated(32, media)), HasSubstr("too many m-lines: line 37"));
  EXPECT_THAT(ProblemOfMedia("a=x:" + std::string(5000, 'x')), HasSubstr("too long: line 6"));
  EXPECT_THAT(ProblemOfMedia(repeated(5000, "a=x\r\n")), HasSubstr("too long: line 4097"));
  EXPECT_THAT(ProblemOfMedia(std::string(kMaxSdpSize, 'x')), HasSubstr("64 KiB"));
  EXPECT_THAT(ProblemOfMedia(repeated(129, "a=candidate:1 1 udp 1 192.0.2.1 4000 typ host\r\n")),
              HasSubstr("too many candidates"));
}

TEST(ParseIceCandidate, ReadsWhatIsTrickled) {
  const auto candidate = ParseIceCandidate(
      "candidate:842163049 1 udp 1677729535 203.0.113.9 61512 typ srflx raddr 192.0.2.7 "
      "rport 5000 generation 0 ufrag abcd network-cost 999");
  ASSERT_TRUE(candidate);
  EXPECT_EQ(candidate->address, SocketAddress::Parse("203.0.113.9:61512"));
  EXPECT_EQ(candidate->type, IceCandidateType::kServerReflexive);
  EXPECT_THAT(candidate->related, Optional(*SocketAddress::Parse("192.0.2.7:5000")));
  EXPECT_EQ(WriteIceCandidate(*candidate),
            "candidate:842163049 1 udp 1677729535 203.0.113.9 61512 typ srflx raddr 192.0.2.7 "
            "rport 5000");
}

TEST(ParseIceCandidate, HasNoUseForNamesAndNonsense) {
  for (const char* text : {
           "",
           "candidate:",
           "candidate:1 1 udp 1 0f1e2d3c.local 9 typ host",
           "candidate:1 0 udp 1 192.0.2.1 9 typ host",
           "candidate:1 1 sctp 1 192.0.2.1 9 typ host",
           "candidate:1 1 tcp 1 192.0.2.1 9 typ host",
           "candidate:1 1 udp 1 192.0.2.1 9 host",
           "candidate:1 1 udp x 192.0.2.1 9 typ host",
           "candidate:1 1 udp 1 192.0.2.1 9 typ guest",
       }) {
    EXPECT_FALSE(ParseIceCandidate(text)) << text;
  }
}

TEST(WriteSdp, IsReadBackTheSameForEverySample) {
  for (const char* name : {"chromium-offer", "chromium-offer-recvonly", "chromium-offer-allext-svc",
                           "firefox-offer", "everything"}) {
    const SessionDescription offer = Parsed(SampleOffer(name));
    const std::string written = WriteSdp(offer);
    EXPECT_EQ(Parsed(written), offer) << written;
    EXPECT_THAT(written, Not(HasSubstr("network-cost")));
    EXPECT_THAT(written, Not(HasSubstr("rtcp-xr")));
    EXPECT_THAT(written, Not(HasSubstr("max-message-size")));
  }
}

TEST(WriteSdp, WritesAnAnswerAsBrowsersExpectIt) {
  SessionDescription answer{.session_id = 7, .session_version = 1, .ice_lite = true};
  answer.bundle = {"0"};
  MediaDescription& video = answer.media.emplace_back();
  video.kind = MediaKind::kVideo;
  video.port = 4000;
  video.mid = "0";
  video.rtcp_mux = true;
  video.rtcp_rsize = true;
  video.ice = {.ufrag = "0abc", .pwd = "0123456789012345678901"};
  video.ice.candidates = {{.foundation = "1",
                           .priority = 2130706431,
                           .address = *SocketAddress::Parse("192.0.2.1:4000")}};
  video.ice.end_of_candidates = true;
  video.dtls.fingerprints = {{.hash = "sha-256", .digest = std::vector<uint8_t>(32, 0xab)}};
  video.dtls.setup = DtlsSetup::kPassive;
  video.codecs = {{.payload_type = 96,
                   .name = "VP8",
                   .clock_rate = 90'000,
                   .feedback = {.nack = true, .transport_cc = true}}};
  video.extensions = {{.id = 4, .uri = "urn:ietf:params:rtp-hdrext:sdes:mid"}};
  video.msid = Msid{"continuo", "video"};
  video.ssrcs = {{.ssrc = Ssrc(5), .cname = "continuo"}};

  std::string digest = "AB";
  for (int i = 1; i < 32; ++i) digest += ":AB";
  EXPECT_EQ(WriteSdp(answer),
            "v=0\r\n"
            "o=- 7 1 IN IP4 127.0.0.1\r\n"
            "s=-\r\n"
            "t=0 0\r\n"
            "a=ice-lite\r\n"
            "a=group:BUNDLE 0\r\n"
            "m=video 4000 UDP/TLS/RTP/SAVPF 96\r\n"
            "c=IN IP4 192.0.2.1\r\n"
            "a=ice-ufrag:0abc\r\n"
            "a=ice-pwd:0123456789012345678901\r\n"
            "a=fingerprint:sha-256 " +
                digest +
                "\r\n"
                "a=setup:passive\r\n"
                "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host\r\n"
                "a=end-of-candidates\r\n"
                "a=mid:0\r\n"
                "a=sendrecv\r\n"
                "a=rtcp-mux\r\n"
                "a=rtcp-rsize\r\n"
                "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
                "a=rtpmap:96 VP8/90000\r\n"
                "a=rtcp-fb:96 nack\r\n"
                "a=rtcp-fb:96 transport-cc\r\n"
                "a=msid:continuo video\r\n"
                "a=ssrc:5 cname:continuo\r\n");
}

TEST(WriteSdp, RefusesAMediaLineWithPortZeroAndAFormat) {
  SessionDescription answer;
  answer.media = {
      {.kind = MediaKind::kVideo, .port = 0},
      {.kind = MediaKind::kApplication, .protocol = MediaProtocol::kUdpDtlsSctp, .port = 0}};
  const std::string text = WriteSdp(answer);
  EXPECT_THAT(text, HasSubstr("m=video 0 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\n"));
  EXPECT_THAT(text, HasSubstr("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
}

TEST(WriteSdp, LetsNoFieldBecomeALine) {
  SessionDescription answer;
  answer.media = {{.mid = "0\r\na=ice-lite"}};
  EXPECT_THAT(WriteSdp(answer), HasSubstr("a=mid:0a=ice-lite\r\n"));
}

}  // namespace
}  // namespace continuo
