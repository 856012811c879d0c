// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/sdp_ice.h"
#include "transport/wire/sdp_names.h"
#include "transport/wire/text_cursor.h"

namespace continuo {
namespace {

constexpr size_t kMaxFoundation = 32;  // characters, RFC 8839 §5.1

std::optional<SocketAddress> ParseAddress(std::string_view ip, std::string_view port) {
  const auto number = ParseNumber<uint16_t>(port);
  return number ? SocketAddress::FromIp(ip, *number) : std::nullopt;
}

// What follows the type: "raddr" and "rport", "tcptype", and extensions that we step over.
struct CandidateExtensions {
  std::string_view raddr;
  std::string_view rport;
  std::string_view tcptype;
};

CandidateExtensions ParseExtensions(TextCursor cursor) {
  CandidateExtensions extensions;
  while (!cursor.done()) {
    const std::string_view name = cursor.Word();
    const std::string_view value = cursor.Word();
    if (name == "raddr") extensions.raddr = value;
    if (name == "rport") extensions.rport = value;
    if (name == "tcptype") extensions.tcptype = value;
  }
  return extensions;
}

}  // namespace

std::optional<IceCandidate> ParseIceCandidate(std::string_view text) {
  constexpr std::string_view kPrefix = "candidate:";
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  TextCursor cursor(text);
  IceCandidate candidate;
  candidate.foundation = cursor.Word();
  const auto component = ParseNumber<uint8_t>(cursor.Word());
  const std::string_view transport = cursor.Word();
  const auto priority = ParseNumber<uint32_t>(cursor.Word());
  const std::string_view ip = cursor.Word();
  const auto address = ParseAddress(ip, cursor.Word());
  const bool has_type = cursor.Word() == "typ";
  const auto type = FromName(kIceCandidateTypeNames, cursor.Word());
  const CandidateExtensions extensions = ParseExtensions(cursor);

  if (!IsToken(candidate.foundation, kMaxFoundation) || !component || *component == 0 ||
      !priority || !address || !has_type || !type) {
    return std::nullopt;
  }
  if (EqualsIgnoringCase(transport, "tcp")) {
    const auto tcp = FromName(kTcpTypeNames, extensions.tcptype);
    if (!tcp) return std::nullopt;
    candidate.transport = *tcp;
  } else if (!EqualsIgnoringCase(transport, "udp")) {
    return std::nullopt;
  }
  candidate.component = *component;
  candidate.priority = *priority;
  candidate.address = *address;
  candidate.type = *type;
  candidate.related = ParseAddress(extensions.raddr, extensions.rport);
  return candidate;
}

std::string WriteIceCandidate(const IceCandidate& candidate) {
  const bool udp = candidate.transport == IceCandidateTransport::kUdp;
  std::string text = "candidate:" + candidate.foundation;
  const auto field = [&](std::string_view value) { text.append(" ").append(value); };
  field(std::to_string(candidate.component));
  field(udp ? "udp" : "tcp");
  field(std::to_string(candidate.priority));
  field(candidate.address.IpToString());
  field(std::to_string(candidate.address.port()));
  field("typ");
  field(NameOf(kIceCandidateTypeNames, candidate.type));
  if (candidate.related) {
    field("raddr");
    field(candidate.related->IpToString());
    field("rport");
    field(std::to_string(candidate.related->port()));
  }
  if (!udp) {
    field("tcptype");
    field(NameOf(kTcpTypeNames, candidate.transport));
  }
  return text;
}

}  // namespace continuo
