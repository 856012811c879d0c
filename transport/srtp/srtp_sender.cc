// SPDX-License-Identifier: Apache-2.0
#include "transport/srtp/srtp_sender.h"

#include <algorithm>

#include "transport/srtp/rtp_prefix.h"

namespace continuo {
namespace {

constexpr uint32_t kRtcpIndexEnd = 1u << 31;

}  // namespace

Result<SrtpSender> SrtpSender::Create(SrtpProfile profile, const SrtpMasterKey& master,
                                      SrtpProbe* probe) {
  auto rtp = SrtpCipher::Derive(profile, master, SrtpStreamKind::kRtp);
  auto rtcp = SrtpCipher::Derive(profile, master, SrtpStreamKind::kRtcp);
  if (!rtp) return tl::unexpected(rtp.error());
  if (!rtcp) return tl::unexpected(rtcp.error());
  return SrtpSender(std::move(*rtp), std::move(*rtcp), probe);
}

std::optional<size_t> SrtpSender::Refuse() {
  probe_->seal_refused.Add();
  return std::nullopt;
}

std::optional<uint64_t> SrtpSender::TakeRtpIndex(Ssrc ssrc, uint16_t sequence) {
  ReplayWindow* stream = streams_.Find(ssrc);
  if (stream == nullptr) stream = streams_.Add(ssrc);
  if (stream == nullptr) return std::nullopt;
  const auto index = GuessRtpIndex(*stream, sequence);
  if (!index || !stream->IsFresh(*index)) return std::nullopt;
  stream->MarkUsed(*index);
  return index;
}

std::optional<size_t> SrtpSender::ProtectRtp(MutableBytes buffer, size_t length) {
  if (length > buffer.size() || buffer.size() - length < rtp_overhead()) return Refuse();
  const auto prefix = ReadRtpPrefix(buffer.first(length));
  if (!prefix) return Refuse();
  const auto index = TakeRtpIndex(prefix->ssrc, prefix->sequence);
  if (!index) return Refuse();
  const size_t sealed_size = length + rtp_overhead();
  rtp_.SealRtp(*index, prefix->ssrc, prefix->header_size,
               buffer.subspan(prefix->header_size, length - prefix->header_size),
               buffer.first(sealed_size));
  return sealed_size;
}

std::optional<size_t> SrtpSender::SealRtp(ByteView header, ByteView payload, MutableBytes out) {
  const size_t sealed_size = header.size() + payload.size() + rtp_overhead();
  const auto prefix = ReadRtpPrefix(header);
  if (out.size() < sealed_size || !prefix || prefix->header_size != header.size()) return Refuse();
  const auto index = TakeRtpIndex(prefix->ssrc, prefix->sequence);
  if (!index) return Refuse();
  std::copy(header.begin(), header.end(), out.begin());
  rtp_.SealRtp(*index, prefix->ssrc, header.size(), payload, out.first(sealed_size));
  return sealed_size;
}

std::optional<size_t> SrtpSender::ProtectRtcp(MutableBytes buffer, size_t length) {
  if (length > buffer.size() || buffer.size() - length < rtcp_overhead()) return Refuse();
  const auto ssrc = ReadRtcpSsrc(buffer.first(length));
  if (!ssrc || next_rtcp_index_ == kRtcpIndexEnd) return Refuse();
  const size_t sealed_size = length + rtcp_overhead();
  rtcp_.SealRtcp(next_rtcp_index_++, *ssrc, buffer.first(sealed_size));
  return sealed_size;
}

}  // namespace continuo
