// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/rtcp_writer.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "transport/wire/rtcp_format.h"

namespace continuo {
namespace {

constexpr size_t kMaxCount = kRtcpCountMask;

// `size` is in bytes, header included, and a multiple of 4. False when that much doesn't fit.
bool WriteHeader(ByteWriter& out, size_t count, uint8_t type, size_t size) {
  CONTINUO_CHECK(count <= kMaxCount && size % 4 == 0);
  if (!out.ok() || out.remaining() < size) return false;
  out.U8(static_cast<uint8_t>(kRtcpVersion2 | count));
  out.U8(type);
  out.U16(static_cast<uint16_t>(size / 4 - 1));
  return true;
}

void WriteReportBlocks(ByteWriter& out, std::span<const ReportBlock> reports) {
  for (const ReportBlock& block : reports) {
    out.U32(block.source.value());
    out.U8(block.fraction_lost);
    // 24 bits, signed. RFC 3550 appendix A.3: clamped, not wrapped.
    out.U24(static_cast<uint32_t>(std::clamp(block.cumulative_lost, -0x800000, 0x7fffff)));
    out.U32(block.extended_highest_sequence);
    out.U32(block.jitter);
    out.U32(block.last_sr);
    out.U32(block.delay_since_last_sr);
  }
}

// One entry of a NACK: takes as many of the ascending `sequences` as fit its bitmask.
struct NackEntry {
  uint16_t packet_id = 0;
  uint16_t bitmask = 0;
  size_t taken = 0;
};

NackEntry FirstEntry(std::span<const uint16_t> sequences) {
  NackEntry entry{.packet_id = sequences[0], .taken = 1};
  for (const uint16_t sequence : sequences.subspan(1)) {
    const auto distance = static_cast<uint16_t>(sequence - entry.packet_id);
    if (distance > 16) break;
    if (distance > 0) entry.bitmask |= static_cast<uint16_t>(1 << (distance - 1));
    ++entry.taken;
  }
  return entry;
}

}  // namespace

bool WriteSenderReport(ByteWriter& out, const SenderInfo& sender,
                       std::span<const ReportBlock> reports) {
  const size_t size = kRtcpHeaderSize + 24 + reports.size() * kReportBlockSize;
  if (!WriteHeader(out, reports.size(), kRtcpSenderReport, size)) return false;
  out.U32(sender.ssrc.value());
  out.U64(sender.ntp.value());
  out.U32(sender.rtp_timestamp);
  out.U32(sender.packet_count);
  out.U32(sender.octet_count);
  WriteReportBlocks(out, reports);
  return true;
}

bool WriteReceiverReport(ByteWriter& out, Ssrc sender, std::span<const ReportBlock> reports) {
  const size_t size = kRtcpHeaderSize + 4 + reports.size() * kReportBlockSize;
  if (!WriteHeader(out, reports.size(), kRtcpReceiverReport, size)) return false;
  out.U32(sender.value());
  WriteReportBlocks(out, reports);
  return true;
}

bool WriteCname(ByteWriter& out, Ssrc source, std::string_view cname) {
  CONTINUO_CHECK(cname.size() <= 255);
  const size_t item = 2 + cname.size();
  const size_t padding = 4 - item % 4;  // 1 to 4 zeros: at least one ends the list of items
  const size_t size = kRtcpHeaderSize + 4 + item + padding;
  if (!WriteHeader(out, 1, kRtcpSourceDescription, size)) return false;
  out.U32(source.value());
  out.U8(kSdesCname);
  out.U8(static_cast<uint8_t>(cname.size()));
  out.Bytes({reinterpret_cast<const uint8_t*>(cname.data()), cname.size()});
  out.Zeros(padding);
  return true;
}

bool WriteBye(ByteWriter& out, std::span<const Ssrc> sources) {
  const size_t size = kRtcpHeaderSize + 4 * sources.size();
  if (!WriteHeader(out, sources.size(), kRtcpBye, size)) return false;
  for (const Ssrc source : sources) out.U32(source.value());
  return true;
}

bool WritePli(ByteWriter& out, const Pli& pli) {
  if (!WriteHeader(out, kFmtPli, kRtcpPayloadFeedback, kRtcpHeaderSize + 8)) return false;
  out.U32(pli.sender.value());
  out.U32(pli.media.value());
  return true;
}

bool WriteFir(ByteWriter& out, const Fir& fir) {
  if (!WriteHeader(out, kFmtFir, kRtcpPayloadFeedback, kRtcpHeaderSize + 16)) return false;
  out.U32(fir.sender.value());
  out.U32(0);
  out.U32(fir.media.value());
  out.U8(fir.command_sequence);
  out.Zeros(3);
  return true;
}

bool WriteRemb(ByteWriter& out, const Remb& remb) {
  CONTINUO_CHECK(remb.media.size() <= 255 && remb.bitrate.bps() >= 0);
  const size_t size = kRtcpHeaderSize + 16 + 4 * remb.media.size();
  if (!WriteHeader(out, kFmtApplication, kRtcpPayloadFeedback, size)) return false;
  const auto rate = static_cast<uint64_t>(remb.bitrate.bps());
  const int exponent = std::max(0, static_cast<int>(std::bit_width(rate)) - kRembMantissaBits);
  out.U32(remb.sender.value());
  out.U32(0);
  out.U32(kRembIdentifier);
  out.U8(static_cast<uint8_t>(remb.media.size()));
  out.U24(static_cast<uint32_t>(exponent) << kRembMantissaBits |
          static_cast<uint32_t>(rate >> exponent));
  for (const Ssrc ssrc : remb.media) out.U32(ssrc.value());
  return true;
}

bool WriteNack(ByteWriter& out, const Nack& nack) {
  CONTINUO_CHECK(!nack.sequences.empty());
  size_t entries = 0;
  for (auto rest = nack.sequences; !rest.empty(); rest = rest.subspan(FirstEntry(rest).taken)) {
    ++entries;
  }
  const size_t size = kRtcpHeaderSize + 8 + 4 * entries;
  if (!WriteHeader(out, kFmtNack, kRtcpTransportFeedback, size)) return false;
  out.U32(nack.sender.value());
  out.U32(nack.media.value());
  for (auto rest = nack.sequences; !rest.empty();) {
    const NackEntry entry = FirstEntry(rest);
    out.U16(entry.packet_id);
    out.U16(entry.bitmask);
    rest = rest.subspan(entry.taken);
  }
  return true;
}

}  // namespace continuo
