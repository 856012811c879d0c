// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"
#include "media/codec.h"
#include "media/encoded_frame.h"
#include "transport/rx/frame_assembler.h"
#include "transport/rx/key_frame_requester.h"
#include "transport/rx/nack_generator.h"
#include "transport/rx/receive_arena.h"
#include "transport/rx/receive_statistics.h"
#include "transport/rx/rx_probe.h"
#include "transport/rx/sender_report_clock.h"
#include "transport/wire/rtcp.h"
#include "transport/wire/rtp_header.h"

namespace continuo {

// What a stream's receiver wants done. Spans and payloads are borrowed for the call. A callback may
// not destroy the receiver that calls it.
class VideoReceiverObserver {
 public:
  virtual ~VideoReceiverObserver() = default;
  virtual void OnFrame(const EncodedFrame& frame) = 0;
  // Ask for these packets again: a NACK for the media SSRC, in ascending order modulo 2^16.
  virtual void SendNack(std::span<const uint16_t> sequences) = 0;
  virtual void SendPli() = 0;
};

// What was negotiated for one incoming video stream: per codec, the payload type of the media and
// the one of its retransmissions (the apt of RFC 4588 §8.6). NACK may be left out by the peer.
struct VideoReceiverConfig {
  struct Format {
    uint8_t payload_type = 0;
    std::optional<uint8_t> rtx_payload_type;
  };
  std::array<std::optional<Format>, kVideoCodecCount> formats;  // by VideoCodec
  bool nack = true;
};

// Receives one video stream from one peer: decides which packets to believe, fills holes by NACK
// and RTX (RFC 4588), and hands on whole access units that can be decoded, asking for a key frame
// when there is none to be had. Not for audio, and not a jitter buffer: frames come in order, as
// early as they can. Sans-IO; on its shard's thread. The session demultiplexes by SSRC or MID and
// calls OnRtp for the media SSRC and OnRtx for the RTX SSRC.
class VideoReceiver final : private EncodedFrameSink {
 public:
  VideoReceiver(const VideoReceiverConfig& config, ReceiveArena& arena, RxProbe& probe,
                VideoReceiverObserver& observer);

  void OnRtp(const RtpPacket& packet, Timestamp now);
  void OnRtx(const RtpPacket& packet, Timestamp now);
  void OnSenderReport(const SenderInfo& report, Timestamp now);
  // The round trip to the peer, for NACK and PLI; 100 ms until the first call.
  void SetRoundTripTime(TimeDelta rtt) { rtt_ = rtt; }

  // Whoever decodes needs a key frame: asked for until one has been handed on.
  void RequestKeyFrame(Timestamp now);

  // Infinite when nothing is due. After this time, OnTimer().
  Timestamp NextDeadline() const;
  void OnTimer(Timestamp now) { Act(now); }

  // For the receiver report. Nothing before the first packet.
  std::optional<ReportBlock> TakeReport(Ssrc source, Timestamp now) {
    return statistics_.TakeReport(source, now);
  }
  const SenderReportClock& sender_clock() const { return sender_clock_; }

 private:
  void OnFrame(const EncodedFrame& frame) override;
  std::optional<VideoCodec> CodecOf(uint8_t payload_type) const;
  std::optional<VideoCodec> CodecOfRtx(uint8_t payload_type) const;
  void Restart(int64_t first);
  FrameAssembler::Outcome Take(const RtpPacket& packet, VideoCodec codec, int64_t sequence,
                               ByteView payload, Timestamp now);
  void Act(Timestamp now);
  void FillHoles(Timestamp now);
  void AskAgain(std::span<const int64_t> sequences);

  const VideoReceiverConfig config_;
  RxProbe& probe_;
  VideoReceiverObserver& observer_;
  ReceiveStatistics statistics_{kVideoClockRate};
  SenderReportClock sender_clock_{kVideoClockRate};
  NackGenerator nacks_;
  KeyFrameRequester key_frames_;
  FrameAssembler assembler_;
  TimeDelta rtt_ = TimeDelta::Millis(100);
  int64_t highest_ = 0;
  bool started_ = false;
};

}  // namespace continuo
