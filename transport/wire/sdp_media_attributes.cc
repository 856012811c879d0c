// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "transport/wire/sdp_attributes.h"
#include "transport/wire/sdp_names.h"
#include "transport/wire/text_cursor.h"

namespace continuo {
namespace {

// Far above what browsers send, far below what would hurt.
constexpr size_t kMaxExtensions = 64;
constexpr size_t kMaxSsrcs = 64;
constexpr size_t kMaxRids = 16;
constexpr size_t kMaxName = 64;   // characters of a codec's name, a MID or a RID
constexpr size_t kMaxText = 256;  // characters of a URI, a CNAME or half an msid

auto Malformed(std::string_view text) { return Fail(ErrorCode::kMalformed, text); }

// The codec of the payload type that stands before the next space; null when it isn't one of the
// m-line's.
Result<RtpCodec*> CodecAt(TextCursor& cursor, MediaDescription& media) {
  const auto payload_type = ParseNumber<uint8_t>(cursor.Word());
  if (!payload_type || *payload_type > 127) return Malformed("bad payload type");
  const auto codec = std::ranges::find(media.codecs, *payload_type, &RtpCodec::payload_type);
  return codec == media.codecs.end() ? nullptr : &*codec;
}

// RFC 8866 §6.6: payload type SP name "/" clock rate ["/" channels]
Status ParseRtpMap(std::string_view value, MediaDescription& media) {
  TextCursor cursor(value);
  const Result<RtpCodec*> codec = CodecAt(cursor, media);
  if (!codec) return tl::unexpected(codec.error());
  const std::string_view name = cursor.Until('/');
  const auto clock_rate = ParseNumber<uint32_t>(cursor.Until('/'));
  const auto channels = cursor.done() ? uint8_t{1} : ParseNumber<uint8_t>(cursor.rest());
  if (!IsToken(name, kMaxName) || !clock_rate || *clock_rate == 0 || !channels || *channels == 0) {
    return Malformed("bad rtpmap");
  }
  if (*codec == nullptr) return {};
  if (!(*codec)->name.empty()) return Malformed("a payload type mapped twice");
  (*codec)->name = name;
  (*codec)->clock_rate = *clock_rate;
  (*codec)->channels = *channels;
  return {};
}

// RFC 8866 §6.15: payload type SP parameters
Status ParseFmtp(std::string_view value, MediaDescription& media) {
  TextCursor cursor(value);
  const Result<RtpCodec*> codec = CodecAt(cursor, media);
  if (!codec) return tl::unexpected(codec.error());
  const auto legal = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (!std::ranges::all_of(cursor.rest(), legal)) return Malformed("bad fmtp");
  if (*codec != nullptr) (*codec)->fmtp = cursor.rest();
  return {};
}

// RFC 4585 §4.2: payload type or "*" SP feedback
Status ParseRtcpFeedback(std::string_view value, MediaDescription& media) {
  TextCursor cursor(value);
  std::span<RtpCodec> codecs(media.codecs);
  if (value.starts_with("* ")) {
    cursor.Word();
  } else {
    const Result<RtpCodec*> codec = CodecAt(cursor, media);
    if (!codec) return tl::unexpected(codec.error());
    codecs = *codec == nullptr ? std::span<RtpCodec>() : std::span(*codec, 1);
  }
  for (const auto& [member, name] : kRtcpFeedbackNames) {
    if (name != cursor.rest()) continue;
    for (RtpCodec& codec : codecs) codec.feedback.*member = true;
  }
  return {};
}

// RFC 8285 §8: id ["/" direction] SP URI [SP attributes]. Ids from 4096 on, which offers use where
// they run out, have no answer from us.
Status ParseExtMap(std::string_view value, MediaDescription& media) {
  TextCursor cursor(value);
  TextCursor head(cursor.Word());
  const auto id = ParseNumber<uint16_t>(head.Until('/'));
  const auto direction =
      head.done() ? MediaDirection::kSendRecv : FromName(kMediaDirectionNames, head.rest());
  const std::string_view uri = cursor.Word();
  if (!id || *id == 0 || !direction || !IsVisible(uri, kMaxText)) return Malformed("bad extmap");
  if (*id > 255) return {};
  if (media.extensions.size() == kMaxExtensions) return Malformed("too many extmaps");
  if (std::ranges::find(media.extensions, *id, &ExtMap::id) != media.extensions.end()) {
    return Malformed("an extmap id twice");
  }
  media.extensions.push_back({static_cast<uint8_t>(*id), std::string(uri), *direction});
  return {};
}

// RFC 8830 §2: stream [SP track]
std::optional<Msid> ParseMsid(std::string_view value) {
  TextCursor cursor(value);
  const std::string_view stream = cursor.Word();
  const std::string_view track = cursor.rest();
  if (!IsVisible(stream, kMaxText)) return std::nullopt;
  if (!track.empty() && !IsVisible(track, kMaxText)) return std::nullopt;
  return Msid{std::string(stream), std::string(track)};
}

// RFC 5576 §4.1: ssrc SP attribute [":" value]
Status ParseSsrc(std::string_view value, MediaDescription& media) {
  TextCursor cursor(value);
  const auto number = ParseNumber<uint32_t>(cursor.Word());
  const std::string_view attribute = cursor.Until(':');
  if (!number) return Malformed("bad ssrc");
  if (attribute != "cname" && attribute != "msid") return {};

  const Ssrc ssrc(*number);
  auto source = std::ranges::find(media.ssrcs, ssrc, &SdpSsrc::ssrc);
  if (source == media.ssrcs.end()) {
    if (media.ssrcs.size() == kMaxSsrcs) return Malformed("too many ssrcs");
    source = media.ssrcs.insert(source, {.ssrc = ssrc});
  }
  if (attribute == "cname") {
    if (!IsVisible(cursor.rest(), kMaxText)) return Malformed("bad cname");
    source->cname = cursor.rest();
  } else {
    source->msid = ParseMsid(cursor.rest());
    if (!source->msid) return Malformed("bad msid");
  }
  return {};
}

// RFC 5576 §4.2: semantics *(SP ssrc)
Status ParseSsrcGroup(std::string_view value, MediaDescription& media) {
  TextCursor cursor(value);
  if (cursor.Word() != "FID") return {};
  const auto primary = ParseNumber<uint32_t>(cursor.Word());
  const auto retransmission = ParseNumber<uint32_t>(cursor.Word());
  if (!primary || !retransmission || !cursor.done()) return Malformed("bad ssrc-group");
  if (media.fid_groups.size() == kMaxSsrcs) return Malformed("too many ssrc-groups");
  media.fid_groups.push_back({Ssrc(*primary), Ssrc(*retransmission)});
  return {};
}

// RFC 8851 §10: id SP direction [SP restrictions]
Status ParseRid(std::string_view value, MediaDescription& media) {
  TextCursor cursor(value);
  const std::string_view id = cursor.Word();
  const auto direction = FromName(kRidDirectionNames, cursor.Word());
  if (!IsToken(id, kMaxName) || !direction) return Malformed("bad rid");
  if (media.rids.size() == kMaxRids) return Malformed("too many rids");
  media.rids.push_back({std::string(id), *direction});
  return {};
}

// RFC 8853 §5.1: streams separated by ";", each a list of alternatives separated by ",", each with
// "~" in front if it begins paused.
bool ParseSimulcastStreams(std::string_view list, std::vector<std::string>& rids) {
  if (list.empty() || !rids.empty()) return false;
  for (TextCursor cursor(list); !cursor.done();) {
    std::string_view rid = TextCursor(cursor.Until(';')).Until(',');
    if (rid.starts_with('~')) rid.remove_prefix(1);
    if (!IsToken(rid, kMaxName) || rids.size() == kMaxRids) return false;
    rids.emplace_back(rid);
  }
  return true;
}

Status ParseSimulcast(std::string_view value, MediaDescription& media) {
  Simulcast simulcast;
  for (TextCursor cursor(value); !cursor.done();) {
    const auto direction = FromName(kRidDirectionNames, cursor.Word());
    if (!direction) return Malformed("bad simulcast");
    auto& rids = *direction == RidDirection::kSend ? simulcast.send : simulcast.recv;
    if (!ParseSimulcastStreams(cursor.Word(), rids)) return Malformed("bad simulcast");
  }
  if (simulcast == Simulcast()) return Malformed("bad simulcast");
  media.simulcast = std::move(simulcast);
  return {};
}

Status ParseMid(std::string_view value, MediaDescription& media) {
  if (!IsToken(value, kMaxName)) return Malformed("bad mid");
  media.mid = value;
  return {};
}

// Where there are several, in old offers of many streams, the first is as good as any.
Status ParseMediaMsid(std::string_view value, MediaDescription& media) {
  const std::optional<Msid> msid = ParseMsid(value);
  if (!msid) return Malformed("bad msid");
  if (!media.msid) media.msid = msid;
  return {};
}

using Parser = Status (*)(std::string_view value, MediaDescription& media);
constexpr std::array<std::pair<std::string_view, Parser>, 10> kParsers{{
    {"rtpmap", ParseRtpMap},
    {"rtcp-fb", ParseRtcpFeedback},
    {"fmtp", ParseFmtp},
    {"extmap", ParseExtMap},
    {"ssrc", ParseSsrc},
    {"ssrc-group", ParseSsrcGroup},
    {"mid", ParseMid},
    {"msid", ParseMediaMsid},
    {"rid", ParseRid},
    {"simulcast", ParseSimulcast},
}};

constexpr std::array<std::pair<std::string_view, bool MediaDescription::*>, 3> kFlags{{
    {"rtcp-mux", &MediaDescription::rtcp_mux},
    {"rtcp-rsize", &MediaDescription::rtcp_rsize},
    {"bundle-only", &MediaDescription::bundle_only},
}};

}  // namespace

Status ParseMediaAttribute(std::string_view name, std::string_view value, MediaDescription& media) {
  for (const auto& [known, parse] : kParsers) {
    if (known == name) return parse(value, media);
  }
  for (const auto& [known, flag] : kFlags) {
    if (known == name) media.*flag = true;
  }
  if (const auto direction = FromName(kMediaDirectionNames, name)) media.direction = *direction;
  return {};
}

}  // namespace continuo
