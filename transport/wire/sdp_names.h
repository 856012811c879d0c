// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "transport/wire/sdp.h"

namespace continuo {

// The words of SDP that stand for our enums, once for reading and writing.
template <typename Enum, size_t kCount>
using SdpNames = std::array<std::pair<Enum, std::string_view>, kCount>;

inline constexpr SdpNames<MediaKind, 3> kMediaKindNames{{{MediaKind::kAudio, "audio"},
                                                         {MediaKind::kVideo, "video"},
                                                         {MediaKind::kApplication, "application"}}};

inline constexpr SdpNames<MediaProtocol, 9> kMediaProtocolNames{{
    {MediaProtocol::kUdpTlsRtpSavpf, "UDP/TLS/RTP/SAVPF"},
    {MediaProtocol::kUdpTlsRtpSavp, "UDP/TLS/RTP/SAVP"},
    {MediaProtocol::kTcpTlsRtpSavpf, "TCP/TLS/RTP/SAVPF"},
    {MediaProtocol::kRtpSavpf, "RTP/SAVPF"},
    {MediaProtocol::kRtpSavp, "RTP/SAVP"},
    {MediaProtocol::kRtpAvpf, "RTP/AVPF"},
    {MediaProtocol::kRtpAvp, "RTP/AVP"},
    {MediaProtocol::kUdpDtlsSctp, "UDP/DTLS/SCTP"},
    {MediaProtocol::kTcpDtlsSctp, "TCP/DTLS/SCTP"},
}};

inline constexpr SdpNames<MediaDirection, 4> kMediaDirectionNames{{
    {MediaDirection::kSendRecv, "sendrecv"},
    {MediaDirection::kSendOnly, "sendonly"},
    {MediaDirection::kRecvOnly, "recvonly"},
    {MediaDirection::kInactive, "inactive"},
}};

inline constexpr SdpNames<RidDirection, 2> kRidDirectionNames{
    {{RidDirection::kSend, "send"}, {RidDirection::kRecv, "recv"}}};

inline constexpr SdpNames<DtlsSetup, 4> kDtlsSetupNames{{{DtlsSetup::kActpass, "actpass"},
                                                         {DtlsSetup::kActive, "active"},
                                                         {DtlsSetup::kPassive, "passive"},
                                                         {DtlsSetup::kHoldconn, "holdconn"}}};

inline constexpr SdpNames<IceCandidateType, 4> kIceCandidateTypeNames{{
    {IceCandidateType::kHost, "host"},
    {IceCandidateType::kServerReflexive, "srflx"},
    {IceCandidateType::kPeerReflexive, "prflx"},
    {IceCandidateType::kRelay, "relay"},
}};

// The "tcptype" of RFC 6544; UDP has none.
inline constexpr SdpNames<IceCandidateTransport, 3> kTcpTypeNames{{
    {IceCandidateTransport::kTcpActive, "active"},
    {IceCandidateTransport::kTcpPassive, "passive"},
    {IceCandidateTransport::kTcpSimultaneous, "so"},
}};

inline constexpr std::array<std::pair<bool RtcpFeedback::*, std::string_view>, 5>
    kRtcpFeedbackNames{{
        {&RtcpFeedback::nack, "nack"},
        {&RtcpFeedback::nack_pli, "nack pli"},
        {&RtcpFeedback::ccm_fir, "ccm fir"},
        {&RtcpFeedback::transport_cc, "transport-cc"},
        {&RtcpFeedback::goog_remb, "goog-remb"},
    }};

template <typename Enum, size_t kCount>
constexpr std::optional<Enum> FromName(const SdpNames<Enum, kCount>& names, std::string_view name) {
  for (const auto& [value, text] : names) {
    if (text == name) return value;
  }
  return std::nullopt;
}

template <typename Enum, size_t kCount>
constexpr std::string_view NameOf(const SdpNames<Enum, kCount>& names, Enum value) {
  for (const auto& [candidate, text] : names) {
    if (candidate == value) return text;
  }
  return {};
}

}  // namespace continuo
