// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace continuo {

// Packet types: RFC 3550 §12.1, RFC 4585 §6.1.
inline constexpr uint8_t kRtcpSenderReport = 200;
inline constexpr uint8_t kRtcpReceiverReport = 201;
inline constexpr uint8_t kRtcpSourceDescription = 202;
inline constexpr uint8_t kRtcpBye = 203;
inline constexpr uint8_t kRtcpTransportFeedback = 205;
inline constexpr uint8_t kRtcpPayloadFeedback = 206;

// Feedback message types (FMT) of the last two: RFC 4585 §6.2 and §6.3, RFC 5104 §4.3.1,
// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
inline constexpr uint8_t kFmtNack = 1;
inline constexpr uint8_t kFmtTransportWideFeedback = 15;
inline constexpr uint8_t kFmtPli = 1;
inline constexpr uint8_t kFmtFir = 4;
inline constexpr uint8_t kFmtApplication = 15;

// Item types of a source description, RFC 3550 §6.5.
inline constexpr uint8_t kSdesEnd = 0;
inline constexpr uint8_t kSdesCname = 1;

inline constexpr uint32_t kRembIdentifier = 0x52454d42;  // "REMB"
inline constexpr int kRembMantissaBits = 18;

inline constexpr uint8_t kRtcpVersion2 = 0x80;
inline constexpr uint8_t kRtcpVersionMask = 0xc0;
inline constexpr uint8_t kRtcpPaddingBit = 0x20;
inline constexpr uint8_t kRtcpCountMask = 0x1f;
inline constexpr size_t kRtcpHeaderSize = 4;
inline constexpr size_t kReportBlockSize = 24;

}  // namespace continuo
