// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <initializer_list>

#include "transport/wire/sdp.h"
#include "transport/wire/sdp_names.h"

namespace continuo {
namespace {

std::string Number(uint64_t n) { return std::to_string(n); }

// Puts lines together. Control characters are left out of every field: whatever a caller took for a
// name, it can't become a line.
class SdpWriter {
 public:
  void Line(std::initializer_list<std::string_view> fields) {
    for (const std::string_view field : fields) {
      std::ranges::copy_if(field, std::back_inserter(text_),
                           [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
    }
    text_ += "\r\n";
  }
  void Session(const SessionDescription& session);
  void Media(const MediaDescription& media);
  std::string Take() { return std::move(text_); }

 private:
  void MediaLine(const MediaDescription& media);
  void Transport(const MediaDescription& media);
  void Codecs(const MediaDescription& media);
  void Streams(const MediaDescription& media);
  void SimulcastLine(const Simulcast& simulcast);

  std::string text_;
};

std::string Joined(const std::vector<std::string>& items, char separator) {
  std::string text;
  for (const std::string& item : items) {
    if (!text.empty()) text += separator;
    text += item;
  }
  return text;
}

std::string HexOf(const std::vector<uint8_t>& digest) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const uint8_t byte : digest) {
    if (!text.empty()) text += ':';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0x0f];
  }
  return text;
}

std::string TextOf(const Msid& msid) {
  return msid.track.empty() ? msid.stream : msid.stream + " " + msid.track;
}

void SdpWriter::Session(const SessionDescription& session) {
  Line({"v=0"});
  // RFC 8829 §5.2.1: no address of ours needs to stand here, so none does.
  Line({"o=- ", Number(session.session_id), " ", Number(session.session_version),
        " IN IP4 127.0.0.1"});
  Line({"s=-"});
  Line({"t=0 0"});
  if (session.ice_lite) Line({"a=ice-lite"});
  if (!session.bundle.empty()) Line({"a=group:BUNDLE ", Joined(session.bundle, ' ')});
  if (session.extmap_allow_mixed) Line({"a=extmap-allow-mixed"});
  for (const MediaDescription& media : session.media) Media(media);
}

void SdpWriter::MediaLine(const MediaDescription& media) {
  std::string formats;
  for (const RtpCodec& codec : media.codecs) formats += " " + Number(codec.payload_type);
  if (!IsRtp(media.protocol)) {
    formats = " webrtc-datachannel";
  } else if (formats.empty()) {
    formats = " 0";  // a refused m-line needs one too, RFC 3264 §6
  }
  Line({"m=", NameOf(kMediaKindNames, media.kind), " ", Number(media.port), " ",
        NameOf(kMediaProtocolNames, media.protocol), formats});
  // The default destination is the candidate that the m-line's port belongs to, RFC 8839 §4.2.1.2.
  const auto is_default = [&](const IceCandidate& candidate) {
    return candidate.transport == IceCandidateTransport::kUdp &&
           candidate.address.port() == media.port && media.port != 0;
  };
  const auto candidate = std::ranges::find_if(media.ice.candidates, is_default);
  if (candidate == media.ice.candidates.end()) {
    Line({"c=IN IP4 0.0.0.0"});
  } else {
    Line(
        {candidate->address.IsIpv4() ? "c=IN IP4 " : "c=IN IP6 ", candidate->address.IpToString()});
  }
}

void SdpWriter::Transport(const MediaDescription& media) {
  if (!media.ice.ufrag.empty()) Line({"a=ice-ufrag:", media.ice.ufrag});
  if (!media.ice.pwd.empty()) Line({"a=ice-pwd:", media.ice.pwd});
  if (media.ice.trickle) Line({"a=ice-options:trickle"});
  for (const DtlsFingerprint& fingerprint : media.dtls.fingerprints) {
    Line({"a=fingerprint:", fingerprint.hash, " ", HexOf(fingerprint.digest)});
  }
  if (media.dtls.setup) Line({"a=setup:", NameOf(kDtlsSetupNames, *media.dtls.setup)});
  for (const IceCandidate& candidate : media.ice.candidates) {
    Line({"a=", WriteIceCandidate(candidate)});
  }
  if (media.ice.end_of_candidates) Line({"a=end-of-candidates"});
}

void SdpWriter::Codecs(const MediaDescription& media) {
  for (const RtpCodec& codec : media.codecs) {
    const std::string payload_type = Number(codec.payload_type);
    if (!codec.name.empty()) {
      Line({"a=rtpmap:", payload_type, " ", codec.name, "/", Number(codec.clock_rate),
            codec.channels == 1 ? "" : "/" + Number(codec.channels)});
    }
    for (const auto& [member, name] : kRtcpFeedbackNames) {
      if (codec.feedback.*member) Line({"a=rtcp-fb:", payload_type, " ", name});
    }
    if (!codec.fmtp.empty()) Line({"a=fmtp:", payload_type, " ", codec.fmtp});
  }
}

void SdpWriter::Streams(const MediaDescription& media) {
  if (media.msid) Line({"a=msid:", TextOf(*media.msid)});
  for (const FidGroup& group : media.fid_groups) {
    Line({"a=ssrc-group:FID ", Number(group.primary.value()), " ",
          Number(group.retransmission.value())});
  }
  for (const SdpSsrc& source : media.ssrcs) {
    const std::string ssrc = Number(source.ssrc.value());
    if (!source.cname.empty()) Line({"a=ssrc:", ssrc, " cname:", source.cname});
    if (source.msid) Line({"a=ssrc:", ssrc, " msid:", TextOf(*source.msid)});
  }
  for (const Rid& rid : media.rids) {
    Line({"a=rid:", rid.id, " ", NameOf(kRidDirectionNames, rid.direction)});
  }
  if (media.simulcast) SimulcastLine(*media.simulcast);
}

void SdpWriter::SimulcastLine(const Simulcast& simulcast) {
  std::string streams;
  if (!simulcast.send.empty()) streams += " send " + Joined(simulcast.send, ';');
  if (!simulcast.recv.empty()) streams += " recv " + Joined(simulcast.recv, ';');
  if (!streams.empty()) Line({"a=simulcast:", streams.substr(1)});
}

void SdpWriter::Media(const MediaDescription& media) {
  MediaLine(media);
  Transport(media);
  if (!media.mid.empty()) Line({"a=mid:", media.mid});
  if (media.bundle_only) Line({"a=bundle-only"});
  Line({"a=", NameOf(kMediaDirectionNames, media.direction)});
  if (media.rtcp_mux) Line({"a=rtcp-mux"});
  if (media.rtcp_rsize) Line({"a=rtcp-rsize"});
  for (const ExtMap& extension : media.extensions) {
    const bool both = extension.direction == MediaDirection::kSendRecv;
    const std::string_view direction = NameOf(kMediaDirectionNames, extension.direction);
    Line({"a=extmap:", Number(extension.id), both ? "" : "/", both ? "" : direction, " ",
          extension.uri});
  }
  Codecs(media);
  Streams(media);
}

}  // namespace

std::string WriteSdp(const SessionDescription& description) {
  SdpWriter writer;
  writer.Session(description);
  return writer.Take();
}

}  // namespace continuo
