// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "transport/wire/rtcp.h"

namespace continuo {

// Each appends one RTCP packet to `out`; called in a row, they make a compound packet. All or
// nothing: false, and not a byte written, when the packet doesn't fit what remains of the buffer.
// None allocates. RFC 3550 §6, RFC 4585 §6.
bool WriteSenderReport(ByteWriter& out, const SenderInfo& sender,
                       std::span<const ReportBlock> reports = {});
bool WriteReceiverReport(ByteWriter& out, Ssrc sender, std::span<const ReportBlock> reports);
bool WriteCname(ByteWriter& out, Ssrc source, std::string_view cname);
bool WriteBye(ByteWriter& out, std::span<const Ssrc> sources);
bool WritePli(ByteWriter& out, const Pli& pli);
bool WriteFir(ByteWriter& out, const Fir& fir);
bool WriteRemb(ByteWriter& out, const Remb& remb);

// `nack.sequences` is in ascending order (modulo 2^16): neighbours share an entry.
bool WriteNack(ByteWriter& out, const Nack& nack);

}  // namespace continuo
