// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "transport/wire/sdp_ice.h"

namespace continuo {

inline constexpr size_t kMaxSdpSize = size_t{64} * 1024;  // bytes
inline constexpr size_t kMaxSdpMedia = 32;

enum class MediaKind : uint8_t { kAudio, kVideo, kApplication };
enum class MediaDirection : uint8_t { kSendRecv, kSendOnly, kRecvOnly, kInactive };
// JSEP takes every RTP profile to mean the same (RFC 8829 §5.1.2), but an answer repeats it.
enum class MediaProtocol : uint8_t {
  kUdpTlsRtpSavpf,
  kUdpTlsRtpSavp,
  kTcpTlsRtpSavpf,
  kRtpSavpf,
  kRtpSavp,
  kRtpAvpf,
  kRtpAvp,
  kUdpDtlsSctp,
  kTcpDtlsSctp,
};
constexpr bool IsRtp(MediaProtocol protocol) { return protocol < MediaProtocol::kUdpDtlsSctp; }

// What rtcp-fb lines allow for one payload type, RFC 4585 §4.2.
struct RtcpFeedback {
  bool nack = false;
  bool nack_pli = false;
  bool ccm_fir = false;
  bool transport_cc = false;
  bool goog_remb = false;
  friend bool operator==(const RtcpFeedback&, const RtcpFeedback&) = default;
};

// One payload type of an RTP m-line, in order of preference.
struct RtpCodec {
  uint8_t payload_type = 0;
  std::string name;  // as written; compare without regard to case. Empty: no rtpmap
  uint32_t clock_rate = 0;
  uint8_t channels = 1;
  std::string fmtp;  // "a=1;b=2", or whatever the codec likes
  RtcpFeedback feedback;

  bool Is(std::string_view codec_name) const;  // without regard to case
  // The value of a "name=value" parameter of `fmtp`.
  std::optional<std::string_view> FmtpParameter(std::string_view parameter) const;
  friend bool operator==(const RtpCodec&, const RtpCodec&) = default;
};

struct ExtMap {
  uint8_t id = 0;  // 1 to 255; above 14 only in the two-byte form
  std::string uri;
  MediaDirection direction = MediaDirection::kSendRecv;
  friend bool operator==(const ExtMap&, const ExtMap&) = default;
};

struct Msid {
  std::string stream;  // "-" for none
  std::string track;   // may be empty
  friend bool operator==(const Msid&, const Msid&) = default;
};

struct SdpSsrc {
  Ssrc ssrc;
  std::string cname;
  std::optional<Msid> msid;
  friend bool operator==(const SdpSsrc&, const SdpSsrc&) = default;
};

// ssrc-group:FID, RFC 5576 §4.2: a stream and its retransmissions.
struct FidGroup {
  Ssrc primary;
  Ssrc retransmission;
  friend bool operator==(const FidGroup&, const FidGroup&) = default;
};

enum class RidDirection : uint8_t { kSend, kRecv };
struct Rid {
  std::string id;
  RidDirection direction = RidDirection::kSend;
  friend bool operator==(const Rid&, const Rid&) = default;
};

// RFC 8853, as RIDs in order. Of alternatives only the first is kept, and "paused" marks are not.
struct Simulcast {
  std::vector<std::string> send;
  std::vector<std::string> recv;
  friend bool operator==(const Simulcast&, const Simulcast&) = default;
};

// One m-line and its attributes. Attributes that stood at session level have been handed down.
struct MediaDescription {
  MediaKind kind = MediaKind::kAudio;
  MediaProtocol protocol = MediaProtocol::kUdpTlsRtpSavpf;
  uint16_t port = 9;  // 0: refused, or offered only in a bundle if `bundle_only`
  bool bundle_only = false;
  std::string mid;
  MediaDirection direction = MediaDirection::kSendRecv;
  bool rtcp_mux = false;
  bool rtcp_rsize = false;
  IceDescription ice;
  DtlsDescription dtls;
  std::vector<RtpCodec> codecs;
  std::vector<ExtMap> extensions;
  std::optional<Msid> msid;
  std::vector<SdpSsrc> ssrcs;
  std::vector<FidGroup> fid_groups;
  std::vector<Rid> rids;
  std::optional<Simulcast> simulcast;

  const RtpCodec* FindCodec(uint8_t payload_type) const;
  const ExtMap* FindExtension(std::string_view uri) const;
  friend bool operator==(const MediaDescription&, const MediaDescription&) = default;
};

// An offer or an answer: those parts of SDP that JSEP uses and we understand, and nothing else, so
// that no line of a peer's that we didn't read can come out again. Plain data; what it means is
// negotiation's affair. RFC 8866, RFC 8829.
struct SessionDescription {
  uint64_t session_id = 0;
  uint64_t session_version = 0;
  bool ice_lite = false;
  bool extmap_allow_mixed = false;
  std::vector<std::string> bundle;  // MIDs of the first BUNDLE group
  std::vector<MediaDescription> media;
  friend bool operator==(const SessionDescription&, const SessionDescription&) = default;
};

// Strict where a line is understood, deaf to lines that are not. Linear in the size of `text`,
// which is bounded by kMaxSdpSize. The error is kMalformed, with "line N" as its detail.
Result<SessionDescription> ParseSdp(std::string_view text);

std::string WriteSdp(const SessionDescription& description);

}  // namespace continuo
