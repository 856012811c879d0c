// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transport/wire/socket_address.h"

namespace continuo {

enum class IceCandidateType : uint8_t { kHost, kServerReflexive, kPeerReflexive, kRelay };
enum class IceCandidateTransport : uint8_t { kUdp, kTcpActive, kTcpPassive, kTcpSimultaneous };

// A candidate line, RFC 8839 §5.1 and RFC 6544 §4.5. One whose address is a name (mDNS, say) is not
// kept: we resolve none, and as an ICE-lite agent we wait to be called.
struct IceCandidate {
  std::string foundation;
  uint8_t component = 1;  // 1 is RTP, 2 is RTCP where it is not multiplexed
  IceCandidateTransport transport = IceCandidateTransport::kUdp;
  uint32_t priority = 0;
  SocketAddress address;
  IceCandidateType type = IceCandidateType::kHost;
  std::optional<SocketAddress> related;
  friend bool operator==(const IceCandidate&, const IceCandidate&) = default;
};

// A candidate without "a=", as it stands in SDP and in trickled JSON: "candidate:1 1 udp …".
// Nothing when it is malformed or its address is a name.
std::optional<IceCandidate> ParseIceCandidate(std::string_view text);
std::string WriteIceCandidate(const IceCandidate& candidate);

// The ICE attributes of one m-line, RFC 8839 §5.
struct IceDescription {
  std::string ufrag;  // 4 to 256 ice-chars, or empty
  std::string pwd;    // 22 to 256 ice-chars, or empty
  bool trickle = false;
  std::vector<IceCandidate> candidates;
  bool end_of_candidates = false;
  friend bool operator==(const IceDescription&, const IceDescription&) = default;
};

enum class DtlsSetup : uint8_t { kActpass, kActive, kPassive, kHoldconn };

// A certificate's fingerprint, RFC 8122 §5.
struct DtlsFingerprint {
  std::string hash;  // lower case: "sha-256"
  std::vector<uint8_t> digest;
  friend bool operator==(const DtlsFingerprint&, const DtlsFingerprint&) = default;
};

// The DTLS attributes of one m-line, RFC 8842 §5.
struct DtlsDescription {
  std::vector<DtlsFingerprint> fingerprints;
  std::optional<DtlsSetup> setup;
  friend bool operator==(const DtlsDescription&, const DtlsDescription&) = default;
};

}  // namespace continuo
