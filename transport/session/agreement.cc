// SPDX-License-Identifier: Apache-2.0
#include "transport/session/agreement.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "crypto/random.h"
#include "transport/wire/rtp_extensions.h"

namespace continuo {
namespace {

// Ids above 14 need two-byte headers on every packet that carries one.
constexpr uint8_t kMaxExtensionId = 14;
constexpr std::string_view kStreamName = "continuo";

// RFC 6184 §8.1: profile_idc 0x42 is Baseline, with or without the constraints; absent means it.
bool IsBaseline(const RtpCodec& codec) {
  const auto profile = codec.FmtpParameter("profile-level-id");
  return !profile || (profile->size() == 6 && profile->starts_with("42") &&
                      profile->find_first_not_of("0123456789abcdefABCDEF") == profile->npos);
}

std::optional<VideoCodec> VideoCodecOf(const RtpCodec& codec) {
  if (codec.clock_rate != kVideoClockRate) return std::nullopt;
  if (codec.Is("VP8")) return VideoCodec::kVp8;
  if (codec.Is("H264") && codec.FmtpParameter("packetization-mode") == "1" && IsBaseline(codec)) {
    return VideoCodec::kH264;
  }
  return std::nullopt;
}

std::optional<RtpCodec> RtxFor(const MediaDescription& media, uint8_t payload_type) {
  const std::string apt = std::to_string(payload_type);
  for (const RtpCodec& codec : media.codecs) {
    if (codec.Is("rtx") && codec.FmtpParameter("apt") == apt) return codec;
  }
  return std::nullopt;
}

void AddExtension(const MediaDescription& media, std::string_view uri, uint8_t& id,
                  const HeaderExtensionIds& taken) {
  const ExtMap* offered = media.FindExtension(uri);
  if (id != 0 || offered == nullptr || offered->direction != MediaDirection::kSendRecv) return;
  if (offered->id == 0 || offered->id > kMaxExtensionId || offered->id == taken.mid ||
      offered->id == taken.transport_wide_cc || offered->id == taken.audio_level) {
    return;
  }
  id = offered->id;
}

SdpSsrc Announce(Ssrc ssrc, const LocalDescription& ours, const Msid& msid) {
  return {.ssrc = ssrc, .cname = ours.cname, .msid = msid};
}

// Of the ssrc lines, the one that is nobody's retransmission.
std::optional<Ssrc> AnnouncedSsrc(const MediaDescription& media) {
  if (!media.fid_groups.empty()) return media.fid_groups.front().primary;
  if (media.ssrcs.empty()) return std::nullopt;
  return media.ssrcs.front().ssrc;
}

}  // namespace

std::optional<AudioChoice> ChooseAudio(const MediaDescription& media) {
  for (const RtpCodec& codec : media.codecs) {
    if (codec.Is("opus") && codec.clock_rate == kAudioClockRate && codec.channels == 2) {
      return AudioChoice{codec};
    }
  }
  return std::nullopt;
}

std::optional<VideoChoice> ChooseVideo(const MediaDescription& media) {
  for (const RtpCodec& codec : media.codecs) {
    if (const auto known = VideoCodecOf(codec)) {
      return VideoChoice{*known, codec, RtxFor(media, codec.payload_type)};
    }
  }
  return std::nullopt;
}

std::vector<RtpCodec> WriteCodecs(const AudioChoice& choice) {
  RtpCodec opus;
  opus.payload_type = choice.opus.payload_type;
  opus.name = "opus";
  opus.clock_rate = kAudioClockRate;
  opus.channels = 2;                         // RFC 7587 §7: whatever is sent
  opus.fmtp = "minptime=10;useinbandfec=1";  // no stereo=1: we mix, and play, in mono
  opus.feedback.transport_cc = choice.opus.feedback.transport_cc;
  return {opus};
}

std::vector<RtpCodec> WriteCodecs(const VideoChoice& choice) {
  std::vector<RtpCodec> codecs(1);
  RtpCodec& media = codecs.front();
  media.payload_type = choice.media.payload_type;
  media.clock_rate = kVideoClockRate;
  media.feedback = choice.media.feedback;
  media.feedback.goog_remb = false;
  if (choice.codec == VideoCodec::kVp8) {
    media.name = "VP8";
  } else {
    media.name = "H264";
    media.fmtp = "level-asymmetry-allowed=1;packetization-mode=1";
    // The profile has to be the offer's, RFC 6184 §8.2.2.
    if (const auto profile = choice.media.FmtpParameter("profile-level-id")) {
      media.fmtp += ";profile-level-id=";
      media.fmtp += *profile;
    }
  }
  if (!choice.rtx) return codecs;
  RtpCodec rtx;
  rtx.payload_type = choice.rtx->payload_type;
  rtx.name = "rtx";
  rtx.clock_rate = kVideoClockRate;
  rtx.fmtp = "apt=" + std::to_string(choice.media.payload_type);
  codecs.push_back(std::move(rtx));
  return codecs;
}

Result<RemoteTransport> ReadTransport(const MediaDescription& media,
                                      std::initializer_list<DtlsSetup> setups) {
  if (media.ice.ufrag.empty() || media.ice.pwd.empty()) {
    return Fail(ErrorCode::kMalformed, "no ICE user name and password");
  }
  RemoteTransport remote;
  remote.ice = {media.ice.ufrag, media.ice.pwd};
  const auto& prints = media.dtls.fingerprints;
  const auto print = std::find_if(prints.begin(), prints.end(), [](const DtlsFingerprint& p) {
    return p.hash == "sha-256" && p.digest.size() == sizeof(Fingerprint::sha256);
  });
  if (print == prints.end()) {
    return Fail(ErrorCode::kUnsupported, "no certificate fingerprint of type sha-256");
  }
  std::copy(print->digest.begin(), print->digest.end(), remote.fingerprint.sha256.begin());
  if (!media.dtls.setup) return Fail(ErrorCode::kMalformed, "no a=setup line");
  if (std::find(setups.begin(), setups.end(), *media.dtls.setup) == setups.end()) {
    return Fail(ErrorCode::kUnsupported, "a=setup leaves no DTLS role to this side");
  }
  for (const IceCandidate& candidate : media.ice.candidates) {
    if (candidate.component == 1 && candidate.transport == IceCandidateTransport::kUdp) {
      remote.candidates.push_back(candidate.address);
    }
  }
  return remote;
}

void AddExtensions(const MediaDescription& media, HeaderExtensionIds& ids) {
  AddExtension(media, kMidExtensionUri, ids.mid, ids);
  AddExtension(media, kTransportSequenceExtensionUri, ids.transport_wide_cc, ids);
  if (media.kind == MediaKind::kAudio) {
    AddExtension(media, kAudioLevelExtensionUri, ids.audio_level, ids);
  }
}

std::vector<ExtMap> UsedExtensions(const MediaDescription& media, const HeaderExtensionIds& ids) {
  std::vector<ExtMap> used;
  const auto add = [&](std::string_view uri, uint8_t id) {
    const ExtMap* offered = media.FindExtension(uri);
    if (id != 0 && offered != nullptr && offered->id == id) {
      used.push_back({.id = id, .uri = std::string(uri)});
    }
  };
  add(kMidExtensionUri, ids.mid);
  add(kTransportSequenceExtensionUri, ids.transport_wide_cc);
  if (media.kind == MediaKind::kAudio) add(kAudioLevelExtensionUri, ids.audio_level);
  return used;
}

NegotiatedAudio AgreeAudio(const MediaDescription& media, const AudioChoice& choice,
                           MediaDirection direction) {
  return {.mid = media.mid,
          .payload_type = choice.opus.payload_type,
          .sends = Sends(direction),
          .receives = Receives(direction),
          .remote_ssrc = AnnouncedSsrc(media)};
}

NegotiatedVideo AgreeVideo(const MediaDescription& media, const VideoChoice& choice,
                           MediaDirection direction) {
  NegotiatedVideo video{.mid = media.mid,
                        .codec = choice.codec,
                        .payload_type = choice.media.payload_type,
                        .nack = choice.media.feedback.nack,
                        .sends = Sends(direction),
                        .receives = Receives(direction),
                        .remote_ssrc = AnnouncedSsrc(media)};
  if (choice.rtx) {
    video.rtx_payload_type = choice.rtx->payload_type;
    if (!media.fid_groups.empty()) {
      video.remote_rtx_ssrc = media.fid_groups.front().retransmission;
    }
  }
  return video;
}

MediaDirection Reversed(MediaDirection direction) {
  if (direction == MediaDirection::kSendOnly) return MediaDirection::kRecvOnly;
  if (direction == MediaDirection::kRecvOnly) return MediaDirection::kSendOnly;
  return direction;
}

void WriteTransport(const LocalDescription& ours, MediaDescription& media) {
  media.ice.ufrag = ours.ice.ufrag;
  media.ice.pwd = ours.ice.pwd;
  const auto& digest = ours.fingerprint.sha256;
  media.dtls.fingerprints = {{.hash = "sha-256", .digest = {digest.begin(), digest.end()}}};
  media.rtcp_mux = true;
}

void WriteCandidates(const std::vector<SocketAddress>& addresses, MediaDescription& media) {
  constexpr uint32_t kHostPreference = 126;
  uint32_t local_preference = 65535;
  for (const SocketAddress& address : addresses) {
    media.ice.candidates.push_back({.foundation = std::to_string(65536 - local_preference),
                                    .component = 1,
                                    .transport = IceCandidateTransport::kUdp,
                                    .priority = kHostPreference << 24 | local_preference << 8 | 255,
                                    .address = address,
                                    .type = IceCandidateType::kHost,
                                    .related = std::nullopt});
    --local_preference;
  }
  media.ice.end_of_candidates = true;
}

void WriteAudioStreams(const LocalDescription& ours, MediaDescription& media) {
  media.msid = Msid{std::string(kStreamName), "continuo-audio"};
  media.ssrcs = {Announce(ours.audio_ssrc, ours, *media.msid)};
}

void WriteVideoStreams(const LocalDescription& ours, bool rtx, MediaDescription& media) {
  media.msid = Msid{std::string(kStreamName), "continuo-video"};
  media.ssrcs = {Announce(ours.video_ssrc, ours, *media.msid)};
  if (!rtx) return;
  media.ssrcs.push_back(Announce(ours.video_rtx_ssrc, ours, *media.msid));
  media.fid_groups = {{ours.video_ssrc, ours.video_rtx_ssrc}};
}

LocalDescription MakeLocalDescription(ShardIndex shard, const Fingerprint& fingerprint,
                                      std::vector<SocketAddress> candidates) {
  LocalDescription ours;
  ours.ice = MakeIceCredentials(shard);
  ours.fingerprint = fingerprint;
  ours.candidates = std::move(candidates);
  ours.session_id = RandomU64() >> 1;
  ours.cname = RandomToken(96);
  // Three that differ, none of them 0, with one draw.
  const uint32_t ssrc = RandomU32() | 4u;
  ours.audio_ssrc = Ssrc(ssrc);
  ours.video_ssrc = Ssrc(ssrc ^ 1u);
  ours.video_rtx_ssrc = Ssrc(ssrc ^ 2u);
  return ours;
}

}  // namespace continuo
