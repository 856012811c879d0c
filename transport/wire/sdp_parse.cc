// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "transport/wire/sdp.h"
#include "transport/wire/sdp_attributes.h"
#include "transport/wire/sdp_names.h"
#include "transport/wire/text_cursor.h"

namespace continuo {
namespace {

constexpr size_t kMaxLine = 4096;  // bytes
constexpr size_t kMaxLines = 4096;
constexpr size_t kMaxBundle = kMaxSdpMedia;
constexpr size_t kMaxMid = 64;  // characters

auto Malformed(std::string_view text) { return Fail(ErrorCode::kMalformed, text); }

// RFC 3551 §6: the payload types that SIP phones offer without an rtpmap line.
struct StaticPayloadType {
  uint8_t payload_type;
  std::string_view name;
};
constexpr std::array<StaticPayloadType, 3> kStaticPayloadTypes{
    {{0, "PCMU"}, {8, "PCMA"}, {9, "G722"}}};
constexpr uint32_t kStaticClockRate = 8000;

// Reads line after line. RFC 8866 §5: session lines first, then one section per m-line.
class SdpParser {
 public:
  Status Line(std::string_view line);
  Status Finish();
  SessionDescription Take() { return std::move(session_); }

 private:
  Status Attribute(std::string_view attribute);
  Status SessionAttribute(std::string_view name, std::string_view value);
  Status Origin(std::string_view value);
  Status Media(std::string_view value);
  Status Formats(TextCursor cursor, MediaDescription& media);
  Status Group(std::string_view value);
  void HandDown(MediaDescription& media) const;

  SessionDescription session_;
  size_t lines_ = 0;
  // What stands at session level holds for every section that doesn't say otherwise.
  IceDescription session_ice_;
  DtlsDescription session_dtls_;
  MediaDirection session_direction_ = MediaDirection::kSendRecv;
};

Status SdpParser::Line(std::string_view line) {
  if (line.size() < 2 || line[1] != '=') return Malformed("not a line of SDP");
  if (std::ranges::any_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    return Malformed("control characters");
  }
  const char type = line[0];
  const std::string_view value = line.substr(2);
  ++lines_;
  if (lines_ == 1) {
    return line == "v=0" ? Status() : Malformed("not version 0 of SDP");
  }
  if (lines_ == 2) return type == 'o' ? Origin(value) : Malformed("no origin");
  if (type == 'a') return Attribute(value);
  if (type == 'm') return Media(value);
  // Known and well, but of no use to us: subjects, times, connections (ICE has its own), …
  if (std::string_view("siuepcbtrzk").find(type) != std::string_view::npos) return {};
  return Malformed("an unknown kind of line");
}

// RFC 8866 §5.2: username SP session id SP version SP "IN" SP address type SP address
Status SdpParser::Origin(std::string_view value) {
  TextCursor cursor(value);
  cursor.Word();
  const auto id = ParseNumber<uint64_t>(cursor.Word());
  const auto version = ParseNumber<uint64_t>(cursor.Word());
  if (!id || !version || cursor.Word() != "IN") return Malformed("bad origin");
  session_.session_id = *id;
  session_.session_version = *version;
  return {};
}

// RFC 8866 §5.14: kind SP port SP protocol 1*(SP format)
Status SdpParser::Media(std::string_view value) {
  if (session_.media.size() == kMaxSdpMedia) return Malformed("too many m-lines");
  TextCursor cursor(value);
  const auto kind = FromName(kMediaKindNames, cursor.Word());
  const auto port = ParseNumber<uint16_t>(cursor.Word());
  const auto protocol = FromName(kMediaProtocolNames, cursor.Word());
  if (!kind || !port || !protocol) return Malformed("bad m-line");
  if (IsRtp(*protocol) == (*kind == MediaKind::kApplication)) return Malformed("bad m-line");
  MediaDescription media{.kind = *kind, .protocol = *protocol, .port = *port};
  media.direction = session_direction_;
  if (const Status formats = Formats(cursor, media); !formats) return formats;
  session_.media.push_back(std::move(media));
  return {};
}

Status SdpParser::Formats(TextCursor cursor, MediaDescription& media) {
  if (cursor.done()) return Malformed("an m-line without formats");
  if (!IsRtp(media.protocol)) {
    return cursor.rest() == "webrtc-datachannel" ? Status() : Malformed("an unknown format");
  }
  std::array<bool, 128> seen{};
  while (!cursor.done()) {
    const auto payload_type = ParseNumber<uint8_t>(cursor.Word());
    if (!payload_type || *payload_type > 127 || seen[*payload_type]) {
      return Malformed("bad payload type");
    }
    seen[*payload_type] = true;
    media.codecs.push_back({.payload_type = *payload_type});
  }
  return {};
}

Status SdpParser::Attribute(std::string_view attribute) {
  TextCursor cursor(attribute);
  const std::string_view name = cursor.Until(':');
  const std::string_view value = cursor.rest();
  if (session_.media.empty()) return SessionAttribute(name, value);
  MediaDescription& media = session_.media.back();
  if (const Status transport = ParseTransportAttribute(name, value, media.ice, media.dtls);
      !transport) {
    return transport;
  }
  return ParseMediaAttribute(name, value, media);
}

Status SdpParser::SessionAttribute(std::string_view name, std::string_view value) {
  if (name == "group") return Group(value);
  if (name == "ice-lite") session_.ice_lite = true;
  if (name == "extmap-allow-mixed") session_.extmap_allow_mixed = true;
  if (const auto direction = FromName(kMediaDirectionNames, name)) session_direction_ = *direction;
  return ParseTransportAttribute(name, value, session_ice_, session_dtls_);
}

// RFC 9143 §7.1. Other groups (lip synchronisation, …) say nothing to us.
Status SdpParser::Group(std::string_view value) {
  TextCursor cursor(value);
  if (cursor.Word() != "BUNDLE" || !session_.bundle.empty()) return {};
  while (!cursor.done()) {
    const std::string_view mid = cursor.Word();
    if (!IsToken(mid, kMaxMid) || session_.bundle.size() == kMaxBundle) {
      return Malformed("bad group");
    }
    session_.bundle.emplace_back(mid);
  }
  return {};
}

void SdpParser::HandDown(MediaDescription& media) const {
  if (media.ice.ufrag.empty()) media.ice.ufrag = session_ice_.ufrag;
  if (media.ice.pwd.empty()) media.ice.pwd = session_ice_.pwd;
  media.ice.trickle = media.ice.trickle || session_ice_.trickle;
  if (media.dtls.fingerprints.empty()) media.dtls.fingerprints = session_dtls_.fingerprints;
  if (!media.dtls.setup) media.dtls.setup = session_dtls_.setup;
}

Status SdpParser::Finish() {
  if (lines_ < 2) return Malformed("no origin");
  std::vector<std::string_view> mids;
  for (MediaDescription& media : session_.media) {
    HandDown(media);
    for (const StaticPayloadType& known : kStaticPayloadTypes) {
      for (RtpCodec& codec : media.codecs) {
        if (codec.payload_type != known.payload_type || !codec.name.empty()) continue;
        codec.name = known.name;
        codec.clock_rate = kStaticClockRate;
      }
    }
    if (media.mid.empty()) continue;
    if (std::ranges::find(mids, media.mid) != mids.end()) return Malformed("a mid twice");
    mids.push_back(media.mid);
  }
  for (const std::string& mid : session_.bundle) {
    if (std::ranges::find(mids, mid) == mids.end()) return Malformed("a group of unknown mids");
  }
  return {};
}

}  // namespace

Result<SessionDescription> ParseSdp(std::string_view text) {
  if (text.size() > kMaxSdpSize) return Malformed("more than 64 KiB of SDP");
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  SdpParser parser;
  size_t number = 0;
  const auto at_line = [&](Error error) {
    error.detail = "line " + std::to_string(number);
    return tl::unexpected(std::move(error));
  };
  for (TextCursor cursor(text); !cursor.done();) {
    ++number;
    std::string_view line = cursor.Until('\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > kMaxLine || number > kMaxLines) {
      return at_line(Malformed("too long").value());
    }
    if (const Status status = parser.Line(line); !status) return at_line(status.error());
  }
  if (const Status status = parser.Finish(); !status) return at_line(status.error());
  return parser.Take();
}

}  // namespace continuo
