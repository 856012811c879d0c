// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <utility>

#include "transport/session/agreement.h"
#include "transport/session/negotiation.h"

namespace continuo {
namespace {

constexpr std::string_view kNothingUsable = "no usable media: nothing to send or to receive";
// RFC 9725 §4.2: a POST is refused whole rather than single m-lines of it. Whoever meant to be seen
// must not find out from the others that nobody sees him.
constexpr std::string_view kNoAudioCodec = "no usable codec for sound: this server takes Opus";
constexpr std::string_view kNoVideoCodec =
    "no usable codec for video: this server takes VP8, and H.264 baseline with packetization-mode "
    "1";

// Builds the answer, one m-line of the offer after the other.
class Answerer {
 public:
  Answerer(const SessionDescription& offer, const LocalDescription& ours)
      : offer_(offer), ours_(ours) {}

  Result<NegotiatedAnswer> Run();

 private:
  Status ReadBundledTransport();
  Result<MediaDescription> Answer(const MediaDescription& offered);
  void AnswerAudio(const MediaDescription& offered, const AudioChoice& choice,
                   MediaDescription& line);
  void AnswerVideo(const MediaDescription& offered, const VideoChoice& choice,
                   MediaDescription& line);
  bool IsBundled(const MediaDescription& offered) const;
  bool IsUsable(const MediaDescription& offered) const;

  const SessionDescription& offer_;
  const LocalDescription& ours_;
  NegotiatedMedia media_;
  SessionDescription answer_;
};

// A line that we don't take: its offer's head, and port 0. RFC 3264 §6.
MediaDescription Refused(const MediaDescription& offered) {
  MediaDescription line;
  line.kind = offered.kind;
  line.protocol = offered.protocol;
  line.port = 0;
  line.mid = offered.mid;
  line.direction = MediaDirection::kInactive;
  if (!offered.codecs.empty()) {
    // The m-line needs one format; which, means nothing.
    line.codecs.push_back({.payload_type = offered.codecs.front().payload_type});
  }
  return line;
}

bool Answerer::IsBundled(const MediaDescription& offered) const {
  return std::find(offer_.bundle.begin(), offer_.bundle.end(), offered.mid) != offer_.bundle.end();
}

bool Answerer::IsUsable(const MediaDescription& offered) const {
  return IsRtp(offered.protocol) && offered.kind != MediaKind::kApplication &&
         (offered.port != 0 || offered.bundle_only) && IsBundled(offered) &&
         offered.direction != MediaDirection::kInactive;
}

// From the first bundled line that has it: those behind it may be bundle-only and bare, RFC 8843
// §7.1.3.
Status Answerer::ReadBundledTransport() {
  const MediaDescription* speaker = nullptr;
  for (const MediaDescription& line : offer_.media) {
    if (!IsBundled(line)) continue;
    if (speaker == nullptr || speaker->ice.ufrag.empty()) speaker = &line;
  }
  if (speaker == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                "no BUNDLE group: this server has one port for everything");
  }
  auto remote = ReadTransport(*speaker, {DtlsSetup::kActpass, DtlsSetup::kActive});
  if (!remote) return tl::unexpected(remote.error());
  media_.remote_ice = std::move(remote->ice);
  media_.remote_fingerprint = remote->fingerprint;
  media_.remote_candidates = std::move(remote->candidates);
  return {};
}

Result<NegotiatedAnswer> Answerer::Run() {
  if (const auto read = ReadBundledTransport(); !read) return tl::unexpected(read.error());
  answer_.session_id = ours_.session_id;
  answer_.session_version = 1;
  answer_.ice_lite = true;
  for (const MediaDescription& offered : offer_.media) {
    auto line = Answer(offered);
    if (!line) return tl::unexpected(line.error());
    answer_.media.push_back(std::move(*line));
  }
  if (answer_.bundle.empty()) return Fail(ErrorCode::kUnsupported, kNothingUsable);
  return NegotiatedAnswer{std::move(media_), WriteSdp(answer_)};
}

Result<MediaDescription> Answerer::Answer(const MediaDescription& offered) {
  if (!IsUsable(offered)) return Refused(offered);
  const bool is_audio = offered.kind == MediaKind::kAudio;
  const auto audio = is_audio && !media_.audio ? ChooseAudio(offered) : std::nullopt;
  const auto video = !is_audio && !media_.video ? ChooseVideo(offered) : std::nullopt;
  if (!audio && !video) {
    const bool is_second = is_audio ? media_.audio.has_value() : media_.video.has_value();
    if (is_second) return Refused(offered);
    return Fail(ErrorCode::kUnsupported, is_audio ? kNoAudioCodec : kNoVideoCodec);
  }
  if (!offered.rtcp_mux) {
    return Fail(ErrorCode::kUnsupported, "no rtcp-mux: this server has one port for everything");
  }

  MediaDescription line;
  line.kind = offered.kind;
  line.protocol = offered.protocol;
  line.mid = offered.mid;
  line.direction = Reversed(offered.direction);
  line.rtcp_rsize = offered.rtcp_rsize;
  WriteTransport(ours_, line);
  line.dtls.setup = DtlsSetup::kPassive;
  // The first line of the bundle speaks for all of it.
  if (answer_.bundle.empty()) WriteCandidates(ours_.candidates, line);
  answer_.bundle.push_back(offered.mid);

  AddExtensions(offered, media_.extensions);
  line.extensions = UsedExtensions(offered, media_.extensions);
  if (audio) AnswerAudio(offered, *audio, line);
  if (video) AnswerVideo(offered, *video, line);
  media_.reduced_size_rtcp |= offered.rtcp_rsize;
  media_.transport_wide_feedback |=
      line.codecs.front().feedback.transport_cc && media_.extensions.transport_wide_cc != 0;
  return line;
}

void Answerer::AnswerAudio(const MediaDescription& offered, const AudioChoice& choice,
                           MediaDescription& line) {
  line.codecs = WriteCodecs(choice);
  if (Sends(line.direction)) WriteAudioStreams(ours_, line);
  media_.audio = AgreeAudio(offered, choice, line.direction);
}

void Answerer::AnswerVideo(const MediaDescription& offered, const VideoChoice& choice,
                           MediaDescription& line) {
  line.codecs = WriteCodecs(choice);
  if (Sends(line.direction)) WriteVideoStreams(ours_, choice.rtx.has_value(), line);
  media_.video = AgreeVideo(offered, choice, line.direction);
}

}  // namespace

Result<NegotiatedAnswer> AnswerOffer(std::string_view offer, const LocalDescription& ours) {
  const auto parsed = ParseSdp(offer);
  if (!parsed) return tl::unexpected(parsed.error());
  return Answerer(*parsed, ours).Run();
}

}  // namespace continuo
