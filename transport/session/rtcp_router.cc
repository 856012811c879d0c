// SPDX-License-Identifier: Apache-2.0
#include "transport/session/rtcp_router.h"

#include "transport/session/receive_side.h"
#include "transport/session/send_side.h"

namespace continuo {

RtcpRouter::RtcpRouter(const LocalDescription& local, SendSide& send, ReceiveSide& receive,
                       SessionObserver& observer, SessionProbe& probe)
    : local_(local), send_(send), receive_(receive), observer_(observer), probe_(probe) {}

void RtcpRouter::OnRtcp(ByteView compound, Timestamp now) {
  now_ = now;
  const RtcpTally tally = ParseRtcp(compound, *this);
  probe_.malformed_rtcp.Add(static_cast<uint64_t>(tally.malformed));
}

void RtcpRouter::OnSenderInfo(const SenderInfo& info) { receive_.OnSenderInfo(info, now_); }

void RtcpRouter::OnReportBlock(Ssrc, const ReportBlock& block) {
  const double loss = block.fraction_lost / 256.0;
  if (block.source == local_.audio_ssrc) {
    audio_loss_ = loss;
  } else if (block.source == local_.video_ssrc) {
    video_loss_ = loss;
  } else {
    return;
  }
  round_trip_.OnReportBlock(block, now_);
  if (const auto rtt = round_trip_.rtt()) {
    send_.SetRoundTripTime(*rtt);
    receive_.SetRoundTripTime(*rtt);
  }
}

void RtcpRouter::OnBye(Ssrc ssrc) { receive_.OnBye(ssrc); }

void RtcpRouter::OnNack(const Nack& nack) {
  probe_.nacked_packets.Add(nack.sequences.size());
  send_.OnNack(nack.media, nack.sequences, now_);
}

void RtcpRouter::OnPli(const Pli& pli) { OnKeyFrameRequest(pli.media); }

// The same command number again is the same request, RFC 5104 §4.3.1.2.
void RtcpRouter::OnFir(const Fir& fir) {
  if (last_fir_ == fir.command_sequence) return;
  last_fir_ = fir.command_sequence;
  OnKeyFrameRequest(fir.media);
}

void RtcpRouter::OnKeyFrameRequest(Ssrc media) {
  if (!send_.OnKeyFrameRequest(media)) return;
  probe_.key_frame_requests.Add();
  observer_.OnKeyFrameRequested();
}

}  // namespace continuo
