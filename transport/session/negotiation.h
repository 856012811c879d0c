// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "crypto/fingerprint.h"
#include "media/codec.h"
#include "transport/ice/ice_agent.h"
#include "transport/wire/socket_address.h"

// What two endpoints agree on before the first packet: SDP offer and answer (RFC 8829, 8866, 8843)
// cut down to what Continuo does. One transport (BUNDLE and rtcp-mux are required), at most one
// audio and one video stream each way, Opus, VP8 or H.264, no simulcast, no data channel. Pure
// functions of text; a refusal says in plain words what was missing.

namespace continuo {

// RFC 8285 ids of the header extensions in use; one set for the whole session. 0: not negotiated.
// An id above 14 needs two-byte headers.
struct HeaderExtensionIds {
  uint8_t mid = 0;
  uint8_t transport_wide_cc = 0;
  uint8_t audio_level = 0;
};

// Our side of one session.
struct LocalDescription {
  IceCredentials ice;
  Fingerprint fingerprint;
  std::vector<SocketAddress> candidates;  // every address that the peer may try; may be empty
  uint64_t session_id = 0;                // of the o= line: any number, below 2^63
  std::string cname;                      // of RTCP: random per session, no name of a machine
  Ssrc audio_ssrc;
  Ssrc video_ssrc;
  Ssrc video_rtx_ssrc;
};
// All of it fresh from the system's randomness but for the two that the process knows.
LocalDescription MakeLocalDescription(ShardIndex shard, const Fingerprint& fingerprint,
                                      std::vector<SocketAddress> candidates);

// One stream as agreed, from our point of view.
struct NegotiatedAudio {
  std::string mid;
  uint8_t payload_type = 0;
  bool sends = false;
  bool receives = false;
  std::optional<Ssrc> remote_ssrc;  // where the peer announced it
};

struct NegotiatedVideo {
  std::string mid;
  VideoCodec codec = VideoCodec::kVp8;
  uint8_t payload_type = 0;
  std::optional<uint8_t> rtx_payload_type;
  bool nack = false;  // both ways
  bool sends = false;
  bool receives = false;
  std::optional<Ssrc> remote_ssrc;
  std::optional<Ssrc> remote_rtx_ssrc;
};

// Everything that a Session needs to know of the agreement.
struct NegotiatedMedia {
  std::optional<NegotiatedAudio> audio;
  std::optional<NegotiatedVideo> video;
  HeaderExtensionIds extensions;
  bool transport_wide_feedback = false;
  bool reduced_size_rtcp = false;
  IceCredentials remote_ice;
  Fingerprint remote_fingerprint;
  std::vector<SocketAddress> remote_candidates;  // UDP host candidates; the client role needs them
};

struct NegotiatedAnswer {
  NegotiatedMedia media;
  std::string sdp;
};

// The server's part. Takes the first video codec in the offer's order that we do. Other m-lines
// (data channels, a second camera) are answered with port 0. The whole offer is refused when its
// sound or its video has no codec of ours, or nothing is left: kMalformed for what breaks the RFCs
// or our caps, kUnsupported for what is legal but not done here.
Result<NegotiatedAnswer> AnswerOffer(std::string_view offer, const LocalDescription& ours);

// The headless endpoint's part: an offer for audio and video both ways, and what came of it.
struct OfferParameters {
  bool audio = true;
  bool video = true;
  std::vector<VideoCodec> codecs{VideoCodec::kVp8, VideoCodec::kH264};  // by preference
  bool send_audio = true;                                               // else we only receive
  bool send_video = true;
};
std::string MakeOffer(const OfferParameters& parameters, const LocalDescription& ours);
Result<NegotiatedMedia> ApplyAnswer(const OfferParameters& parameters, std::string_view answer);

}  // namespace continuo
