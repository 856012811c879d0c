// SPDX-License-Identifier: Apache-2.0
#include "transport/srtp/srtp_receiver.h"

#include "transport/srtp/rtp_prefix.h"

namespace continuo {
namespace {

constexpr uint32_t kEncryptedFlag = 1u << 31;

// What comes back for a packet that is only counted.
std::optional<size_t> Drop(Counter& reason) {
  reason.Add();
  return std::nullopt;
}

}  // namespace

Result<SrtpReceiver> SrtpReceiver::Create(SrtpProfile profile, const SrtpMasterKey& master,
                                          SrtpProbe* probe) {
  auto rtp = SrtpCipher::Derive(profile, master, SrtpStreamKind::kRtp);
  auto rtcp = SrtpCipher::Derive(profile, master, SrtpStreamKind::kRtcp);
  if (!rtp) return tl::unexpected(rtp.error());
  if (!rtcp) return tl::unexpected(rtcp.error());
  return SrtpReceiver(std::move(*rtp), std::move(*rtcp), probe);
}

bool SrtpReceiver::Accept(SsrcStreams& streams, ReplayWindow* stream, Ssrc ssrc, uint64_t index) {
  if (stream == nullptr) stream = streams.Add(ssrc);
  if (stream == nullptr) return false;
  stream->MarkUsed(index);
  return true;
}

std::optional<size_t> SrtpReceiver::UnprotectRtp(MutableBytes packet) {
  const auto prefix = ReadRtpPrefix(packet);
  const size_t overhead = rtp_.sizes().rtp_overhead();
  if (!prefix || packet.size() < prefix->header_size + overhead) return Drop(probe_->malformed);
  ReplayWindow* const stream = rtp_streams_.Find(prefix->ssrc);
  const auto index = stream == nullptr ? std::optional<uint64_t>(prefix->sequence)
                                       : GuessRtpIndex(*stream, prefix->sequence);
  if (!index || (stream != nullptr && !stream->IsFresh(*index))) return Drop(probe_->replays);
  if (!rtp_.OpenRtp(*index, prefix->ssrc, prefix->header_size, packet)) {
    return Drop(probe_->auth_failures);
  }
  if (!Accept(rtp_streams_, stream, prefix->ssrc, *index)) return Drop(probe_->ssrcs_refused);
  return packet.size() - overhead;
}

std::optional<size_t> SrtpReceiver::UnprotectRtcp(MutableBytes packet) {
  const auto ssrc = ReadRtcpSsrc(packet);
  const size_t overhead = rtcp_.sizes().rtcp_overhead();
  if (!ssrc || packet.size() < kRtcpHeaderSize + overhead) return Drop(probe_->malformed);
  const uint32_t word = rtcp_.RtcpIndexWord(packet);
  // The profiles that DTLS-SRTP negotiates all encrypt RTCP: who does not, is not our peer.
  if ((word & kEncryptedFlag) == 0) return Drop(probe_->malformed);
  const uint32_t index = word & ~kEncryptedFlag;
  ReplayWindow* const stream = rtcp_streams_.Find(*ssrc);
  if (stream != nullptr && !stream->IsFresh(index)) return Drop(probe_->replays);
  if (!rtcp_.OpenRtcp(index, *ssrc, packet)) return Drop(probe_->auth_failures);
  if (!Accept(rtcp_streams_, stream, *ssrc, index)) return Drop(probe_->ssrcs_refused);
  return packet.size() - overhead;
}

}  // namespace continuo
