// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "transport/session/negotiation.h"
#include "transport/wire/sdp.h"

// What offerer and answerer have in common: reading the other's m-lines and writing ours. Private
// to negotiation.

namespace continuo {

// The codecs of a peer's m-line that we use, as the peer wrote them.
struct AudioChoice {
  RtpCodec opus;
};
struct VideoChoice {
  VideoCodec codec = VideoCodec::kVp8;
  RtpCodec media;
  std::optional<RtpCodec> rtx;
};
std::optional<AudioChoice> ChooseAudio(const MediaDescription& media);
std::optional<VideoChoice> ChooseVideo(const MediaDescription& media);
// The same in our own words, for the answer: nothing that we didn't read comes out again.
std::vector<RtpCodec> WriteCodecs(const AudioChoice& choice);
std::vector<RtpCodec> WriteCodecs(const VideoChoice& choice);

// The peer's half of the transport, from the m-line that speaks for the bundle. `setups` are those
// that leave the other DTLS role to us.
struct RemoteTransport {
  IceCredentials ice;
  Fingerprint fingerprint;
  std::vector<SocketAddress> candidates;
};
Result<RemoteTransport> ReadTransport(const MediaDescription& media,
                                      std::initializer_list<DtlsSetup> setups);

// Header extensions of this m-line that we use, added to those of the others; an id that would mean
// two things is left out.
void AddExtensions(const MediaDescription& media, HeaderExtensionIds& ids);
std::vector<ExtMap> UsedExtensions(const MediaDescription& media, const HeaderExtensionIds& ids);

// The agreed streams; `media` is the peer's m-line and `direction` ours.
NegotiatedAudio AgreeAudio(const MediaDescription& media, const AudioChoice& choice,
                           MediaDirection direction);
NegotiatedVideo AgreeVideo(const MediaDescription& media, const VideoChoice& choice,
                           MediaDirection direction);

constexpr bool Sends(MediaDirection direction) {
  return direction == MediaDirection::kSendRecv || direction == MediaDirection::kSendOnly;
}
constexpr bool Receives(MediaDirection direction) {
  return direction == MediaDirection::kSendRecv || direction == MediaDirection::kRecvOnly;
}
// The same direction, seen from the other end.
MediaDirection Reversed(MediaDirection direction);

// Our m-line's transport attributes, without a setup role.
void WriteTransport(const LocalDescription& ours, MediaDescription& media);
// Host candidates by preference, RFC 8445 §5.1.2.
void WriteCandidates(const std::vector<SocketAddress>& addresses, MediaDescription& media);
// The streams that we send: one MediaStream, so that sound and picture are played together.
void WriteAudioStreams(const LocalDescription& ours, MediaDescription& media);
void WriteVideoStreams(const LocalDescription& ours, bool rtx, MediaDescription& media);

}  // namespace continuo
