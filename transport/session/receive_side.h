// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "base/time.h"
#include "transport/cc/transport_feedback_generator.h"
#include "transport/rx/audio_receiver.h"
#include "transport/rx/video_receiver.h"
#include "transport/session/negotiation.h"
#include "transport/session/session_environment.h"
#include "transport/session/session_observer.h"
#include "transport/session/stream_map.h"
#include "transport/wire/rtcp.h"
#include "transport/wire/rtp_header.h"

namespace continuo {

class RtcpSender;

// What one session receives: sorts authentic RTP by stream, lets transport/rx make frames and
// audio packets of it, and asks through RTCP for what is missing.
class ReceiveSide final : private VideoReceiverObserver {
 public:
  // All outlive it.
  ReceiveSide(const NegotiatedMedia& media, const SessionEnvironment& environment, RtcpSender& rtcp,
              SessionObserver& observer);

  void OnRtp(const RtpPacket& packet, Timestamp now);
  void OnSenderInfo(const SenderInfo& info, Timestamp now);
  void OnBye(Ssrc ssrc) { streams_.OnBye(ssrc); }
  void SetRoundTripTime(TimeDelta rtt);
  void RequestKeyFrame(Timestamp now);

  Timestamp NextDeadline() const;
  void OnTimer(Timestamp now);

  // Report blocks for the peer's streams; begins a new interval. Valid until the next call.
  std::span<const ReportBlock> TakeReports(Timestamp now);

 private:
  void OnFrame(const EncodedFrame& frame) override { observer_.OnVideoFrame(frame); }
  void SendNack(std::span<const uint16_t> sequences) override;
  void SendPli() override;

  void OnAudio(const RtpPacket& packet, Timestamp now);
  void CountArrival(const RtpPacket& packet, Timestamp now);

  const HeaderExtensionIds extensions_;
  SessionProbe& probe_;
  RtcpSender& rtcp_;
  SessionObserver& observer_;
  StreamMap streams_;
  std::optional<AudioReceiver> audio_;
  std::optional<VideoReceiver> video_;
  std::optional<TransportFeedbackGenerator> feedback_;
  std::array<ReportBlock, 2> reports_{};
};

}  // namespace continuo
