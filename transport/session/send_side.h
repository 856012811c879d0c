// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/rate.h"
#include "base/time.h"
#include "transport/session/negotiation.h"
#include "transport/session/session_environment.h"
#include "transport/tx/audio_sender.h"
#include "transport/tx/packet_sink.h"
#include "transport/tx/video_sender.h"

namespace continuo {

// What one session sends: the room's sound and a rendition of its picture under this endpoint's own
// SSRCs, numbers and offsets, all random.
class SendSide {
 public:
  // How often a key frame that our sender needs is asked for while none comes.
  static constexpr TimeDelta kKeyFrameInterval = TimeDelta::Millis(500);

  // All outlive it.
  SendSide(const LocalDescription& local, const NegotiatedMedia& media, DataRate video_rate,
           PacketSink& sink, TxProbe& probe);

  enum class Needs : uint8_t { kNothing, kKeyFrame };
  // kKeyFrame when the frame could not be sent because the endpoint has no key frame yet.
  Needs SendVideo(const PacketizedFrameRef& frame, Timestamp now);
  void SendAudio(ByteView opus, uint32_t rtp_timestamp, Timestamp now);
  void SwitchRendition(DataRate video_rate);

  void OnNack(Ssrc media, std::span<const uint16_t> sequences, Timestamp now);
  // PLI or FIR about `media`. True when it is our picture.
  bool OnKeyFrameRequest(Ssrc media);
  void SetRoundTripTime(TimeDelta rtt);

  Timestamp NextDeadline() const { return video_ ? video_->NextDeadline() : Timestamp::Infinite(); }
  void OnTimer(Timestamp now);

  // Nothing before the first packet of each.
  std::optional<SenderInfo> AudioReport(Timestamp now) const;
  std::optional<SenderInfo> VideoReport(Timestamp now) const;

 private:
  const Ssrc video_ssrc_;
  const bool has_rtx_;
  TransportSequence transport_sequence_;
  std::optional<AudioSender> audio_;
  std::optional<VideoSender> video_;
  std::optional<Timestamp> key_frame_asked_;
};

}  // namespace continuo
