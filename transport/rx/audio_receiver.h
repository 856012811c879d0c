// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/sequence.h"
#include "base/time.h"
#include "media/audio_packet.h"
#include "media/codec.h"
#include "transport/rx/receive_statistics.h"
#include "transport/rx/rx_probe.h"
#include "transport/rx/sender_report_clock.h"
#include "transport/wire/rtcp.h"
#include "transport/wire/rtp_header.h"

namespace continuo {

// Receives one Opus stream from one peer: unwraps sequence numbers and timestamps, and keeps the
// statistics. Doesn't reorder, wait or conceal: that is the jitter buffer's, beside the decoder, so
// what OnRtp returns is in order of arrival, duplicates included. RFC 7587. On its shard's thread.
class AudioReceiver {
 public:
  AudioReceiver(uint8_t payload_type, RxProbe& probe)
      : payload_type_(payload_type), probe_(probe) {}

  // Nothing for what is not a packet of this stream's sound: another payload type, no payload, more
  // than Opus allows, or a suspect jump. The payload is borrowed from `packet`.
  std::optional<AudioPacket> OnRtp(const RtpPacket& packet, Timestamp now);
  void OnSenderReport(const SenderInfo& report, Timestamp now);

  // For the receiver report. Nothing before the first packet.
  std::optional<ReportBlock> TakeReport(Ssrc source, Timestamp now) {
    return statistics_.TakeReport(source, now);
  }
  const SenderReportClock& sender_clock() const { return sender_clock_; }

 private:
  uint8_t payload_type_;
  RxProbe& probe_;
  ReceiveStatistics statistics_{kAudioClockRate};
  SenderReportClock sender_clock_{kAudioClockRate};
  RtpTimestampUnwrapper timestamps_;
};

}  // namespace continuo
