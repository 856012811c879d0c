// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/time.h"
#include "media/codec.h"
#include "transport/tx/packet_sink.h"
#include "transport/tx/rtp_writer.h"
#include "transport/tx/sender_clock.h"
#include "transport/tx/tx_probe.h"
#include "transport/wire/rtcp.h"

namespace continuo {

// Sends one sound to one endpoint: gives each Opus payload a header and sends it at once. Neither
// pacing nor history: what comes late is not played, and loss is concealed. RFC 7587. On its
// shard's thread.
class AudioSender {
 public:
  AudioSender(RtpStreamIdentity identity, TransportSequence& transport_sequence, PacketSink& sink,
              TxProbe& probe)
      : stream_(std::move(identity), transport_sequence, sink),
        clock_(kAudioClockRate),
        probe_(probe) {}

  // `rtp_timestamp` counts 48 kHz ticks on the room's clock; the stream's offset is added.
  void SendAudio(ByteView opus, uint32_t rtp_timestamp, Timestamp now);

  // Sender report contents for `now`; nothing before the first packet.
  std::optional<SenderInfo> Report(Timestamp now) const { return clock_.Report(stream_, now); }

 private:
  RtpWriter stream_;
  SenderClock clock_;
  TxProbe& probe_;
  bool started_ = false;
};

}  // namespace continuo
