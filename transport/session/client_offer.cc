// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "transport/session/agreement.h"
#include "transport/session/negotiation.h"
#include "transport/wire/rtp_extensions.h"

namespace continuo {
namespace {

constexpr uint8_t kAudioLevelId = 1;
constexpr uint8_t kTransportSequenceId = 3;
constexpr uint8_t kMidId = 4;
constexpr uint8_t kOpusPayloadType = 111;

struct VideoFormat {
  uint8_t payload_type;
  uint8_t rtx_payload_type;
};
constexpr VideoFormat FormatOf(VideoCodec codec) {
  return codec == VideoCodec::kVp8 ? VideoFormat{96, 97} : VideoFormat{108, 109};
}

RtpCodec Codec(uint8_t payload_type, std::string name, uint32_t clock_rate, uint8_t channels,
               std::string fmtp, RtcpFeedback feedback) {
  RtpCodec codec;
  codec.payload_type = payload_type;
  codec.name = std::move(name);
  codec.clock_rate = clock_rate;
  codec.channels = channels;
  codec.fmtp = std::move(fmtp);
  codec.feedback = feedback;
  return codec;
}

ExtMap Extension(uint8_t id, std::string_view uri) {
  ExtMap extension;
  extension.id = id;
  extension.uri = uri;
  return extension;
}

MediaDescription OfferLine(MediaKind kind, std::string mid, const LocalDescription& ours) {
  MediaDescription line;
  line.kind = kind;
  line.mid = std::move(mid);
  line.rtcp_rsize = true;
  WriteTransport(ours, line);
  line.dtls.setup = DtlsSetup::kActpass;  // RFC 8842 §5.2 asks it of every offerer
  line.extensions = {Extension(kMidId, kMidExtensionUri),
                     Extension(kTransportSequenceId, kTransportSequenceExtensionUri)};
  return line;
}

MediaDescription OfferAudio(const LocalDescription& ours) {
  MediaDescription line = OfferLine(MediaKind::kAudio, "0", ours);
  line.extensions.push_back(Extension(kAudioLevelId, kAudioLevelExtensionUri));
  line.codecs = {Codec(kOpusPayloadType, "opus", kAudioClockRate, 2, "minptime=10;useinbandfec=1",
                       {.transport_cc = true})};
  WriteAudioStreams(ours, line);
  return line;
}

MediaDescription OfferVideo(const OfferParameters& parameters, const LocalDescription& ours) {
  MediaDescription line = OfferLine(MediaKind::kVideo, "1", ours);
  const RtcpFeedback feedback{
      .nack = true, .nack_pli = true, .ccm_fir = true, .transport_cc = true};
  for (const VideoCodec codec : parameters.codecs) {
    const bool vp8 = codec == VideoCodec::kVp8;
    const auto [payload_type, rtx] = FormatOf(codec);
    line.codecs.push_back(
        Codec(payload_type, vp8 ? "VP8" : "H264", kVideoClockRate, 1,
              vp8 ? "" : "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
              feedback));
    line.codecs.push_back(
        Codec(rtx, "rtx", kVideoClockRate, 1, "apt=" + std::to_string(payload_type), {}));
  }
  WriteVideoStreams(ours, true, line);
  return line;
}

Status CheckAnswer(const OfferParameters& parameters, const SessionDescription& answer) {
  const size_t lines = size_t{parameters.audio} + size_t{parameters.video};
  if (answer.media.size() != lines) {
    return Fail(ErrorCode::kMalformed, "the answer has other m-lines than the offer");
  }
  if (!answer.ice_lite) {
    return Fail(ErrorCode::kUnsupported, "the answer is of no ICE-lite server");
  }
  if (answer.bundle.empty()) return Fail(ErrorCode::kUnsupported, "the answer refuses BUNDLE");
  return {};
}

Status AgreeOn(const MediaDescription& line, NegotiatedMedia& media) {
  if (line.port == 0 || line.direction == MediaDirection::kInactive) return {};
  if (!line.rtcp_mux) return Fail(ErrorCode::kUnsupported, "the answer refuses rtcp-mux");
  const MediaDirection direction = Reversed(line.direction);
  AddExtensions(line, media.extensions);
  bool transport_cc = false;
  if (line.kind == MediaKind::kAudio) {
    const auto choice = ChooseAudio(line);
    if (!choice) return Fail(ErrorCode::kMalformed, "the answer has a codec that was not offered");
    media.audio = AgreeAudio(line, *choice, direction);
    transport_cc = choice->opus.feedback.transport_cc;
  } else {
    const auto choice = ChooseVideo(line);
    if (!choice) return Fail(ErrorCode::kMalformed, "the answer has a codec that was not offered");
    media.video = AgreeVideo(line, *choice, direction);
    transport_cc = choice->media.feedback.transport_cc;
  }
  media.transport_wide_feedback |= transport_cc && media.extensions.transport_wide_cc != 0;
  media.reduced_size_rtcp |= line.rtcp_rsize;
  return {};
}

}  // namespace

std::string MakeOffer(const OfferParameters& parameters, const LocalDescription& ours) {
  SessionDescription offer;
  offer.session_id = ours.session_id;
  offer.session_version = 1;
  if (parameters.audio) {
    offer.media.push_back(OfferAudio(ours));
    if (!parameters.send_audio) offer.media.back().direction = MediaDirection::kRecvOnly;
  }
  if (parameters.video) {
    offer.media.push_back(OfferVideo(parameters, ours));
    if (!parameters.send_video) offer.media.back().direction = MediaDirection::kRecvOnly;
  }
  for (const MediaDescription& line : offer.media) offer.bundle.push_back(line.mid);
  return WriteSdp(offer);
}

Result<NegotiatedMedia> ApplyAnswer(const OfferParameters& parameters, std::string_view answer) {
  const auto parsed = ParseSdp(answer);
  if (!parsed) return tl::unexpected(parsed.error());
  if (const auto sane = CheckAnswer(parameters, *parsed); !sane) {
    return tl::unexpected(sane.error());
  }
  NegotiatedMedia media;
  const auto speaker = std::find_if(
      parsed->media.begin(), parsed->media.end(),
      [&](const MediaDescription& line) { return line.mid == parsed->bundle.front(); });
  if (speaker == parsed->media.end()) {
    return Fail(ErrorCode::kMalformed, "the answer's BUNDLE group names no m-line");
  }
  auto remote = ReadTransport(*speaker, {DtlsSetup::kPassive});
  if (!remote) return tl::unexpected(remote.error());
  media.remote_ice = std::move(remote->ice);
  media.remote_fingerprint = remote->fingerprint;
  media.remote_candidates = std::move(remote->candidates);
  for (const MediaDescription& line : parsed->media) {
    if (const auto agreed = AgreeOn(line, media); !agreed) return tl::unexpected(agreed.error());
  }
  return media;
}

}  // namespace continuo
