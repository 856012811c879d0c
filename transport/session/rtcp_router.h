// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>

#include "base/bytes.h"
#include "base/time.h"
#include "transport/cc/rtt_estimator.h"
#include "transport/session/negotiation.h"
#include "transport/session/session_observer.h"
#include "transport/session/session_probe.h"
#include "transport/wire/rtcp.h"

namespace continuo {

class ReceiveSide;
class SendSide;

// Hands what the peer says in RTCP to whom it concerns, and keeps what it says about our streams.
// Sees authentic packets only; still, every number is a claim.
class RtcpRouter final : private RtcpObserver {
 public:
  // All outlive it.
  RtcpRouter(const LocalDescription& local, SendSide& send, ReceiveSide& receive,
             SessionObserver& observer, SessionProbe& probe);

  void OnRtcp(ByteView compound, Timestamp now);

  std::optional<TimeDelta> round_trip() const { return round_trip_.rtt(); }
  // Fractions lost by the last reports about our sound and our picture.
  std::optional<double> audio_loss() const { return audio_loss_; }
  std::optional<double> video_loss() const { return video_loss_; }

 private:
  void OnSenderInfo(const SenderInfo& info) override;
  void OnReportBlock(Ssrc reporter, const ReportBlock& block) override;
  void OnBye(Ssrc ssrc) override;
  void OnNack(const Nack& nack) override;
  void OnPli(const Pli& pli) override;
  void OnFir(const Fir& fir) override;

  void OnKeyFrameRequest(Ssrc media);

  const LocalDescription& local_;
  SendSide& send_;
  ReceiveSide& receive_;
  SessionObserver& observer_;
  SessionProbe& probe_;
  RttEstimator round_trip_;
  std::optional<double> audio_loss_;
  std::optional<double> video_loss_;
  std::optional<uint8_t> last_fir_;
  Timestamp now_;  // of the packet being read
};

}  // namespace continuo
