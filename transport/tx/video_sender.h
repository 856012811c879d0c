// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/rate.h"
#include "base/time.h"
#include "transport/tx/pacer.h"
#include "transport/tx/packet_sink.h"
#include "transport/tx/packetized_frame.h"
#include "transport/tx/retransmission_budget.h"
#include "transport/tx/rtp_writer.h"
#include "transport/tx/send_history.h"
#include "transport/tx/sender_clock.h"
#include "transport/tx/tx_probe.h"
#include "transport/wire/rtcp.h"

namespace continuo {

struct VideoSenderConfig {
  VideoCodec codec = VideoCodec::kVp8;
  RtpStreamIdentity media;
  // As negotiated, RFC 4588. Without it, retransmissions go out on the media SSRC.
  std::optional<RtpStreamIdentity> rtx;
  DataRate rate;  // of the first rendition
};

// Sends one picture to one endpoint: gives the shared payloads of a rendition this endpoint's
// sequence numbers and headers, paces them, and answers NACKs out of a history of references. The
// first frame, and the first after a change or an overrun, is a key frame: deltas are withheld
// until one comes. Chooses no rendition and asks for no key frame itself. Sans-IO, on its shard's
// thread; `transport_sequence`, `sink` and `probe` outlive it.
class VideoSender {
 public:
  VideoSender(VideoSenderConfig config, TransportSequence& transport_sequence, PacketSink& sink,
              TxProbe& probe);

  // Frames of another codec than negotiated are refused, and counted as withheld.
  void SendFrame(const PacketizedFrameRef& frame, Timestamp now);
  // The next frame is of another encoder: withholds deltas until its key frame. Best called with
  // that key frame at hand, so that the old rendition is shown until then.
  void SwitchRendition(DataRate rate);

  // What the peer's RTCP asks for.
  void OnNack(std::span<const uint16_t> sequences, Timestamp now);
  void OnKeyFrameRequest();
  void SetRoundTripTime(TimeDelta rtt) { rtt_ = rtt; }

  // True from the moment that the endpoint needs a key frame until one is sent.
  bool WantsKeyFrame() const { return wants_key_frame_; }

  // Sound that went to the same endpoint: it is first, and video waits accordingly.
  void OnAudioSent(size_t bytes, Timestamp now) { pacer_.OnUnpacedBytes(bytes, now); }

  // Infinite when nothing waits. After this time, OnTimer().
  Timestamp NextDeadline() const { return pacer_.NextDeadline(); }
  void OnTimer(Timestamp now) { Drain(now); }

  // Sender report contents for `now`; nothing before the first frame.
  std::optional<SenderInfo> Report(Timestamp now) const { return clock_.Report(media_, now); }

 private:
  static constexpr size_t kMaxRtxPayload = 1500;

  void Drain(Timestamp now);
  void Transmit(const PacedPacket& packet, Timestamp now);
  void Retransmit(const PacedPacket& packet, Timestamp now);

  VideoCodec codec_;
  RtpWriter media_;
  std::optional<RtpWriter> rtx_;
  TxProbe& probe_;
  SenderClock clock_;
  SendHistory history_;
  RetransmissionBudget budget_;
  Pacer pacer_;
  std::array<uint8_t, kMaxRtxPayload> rtx_payload_{};
  TimeDelta rtt_ = TimeDelta::Millis(100);
  bool withholding_ = true;
  bool wants_key_frame_ = true;
};

}  // namespace continuo
