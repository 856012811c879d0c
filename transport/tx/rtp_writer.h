// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "media/codec.h"
#include "transport/tx/packet_sink.h"
#include "transport/wire/rtp_header.h"

namespace continuo {

// The transport-wide sequence number: one counter for all streams of an endpoint.
class TransportSequence {
 public:
  uint16_t Next() { return next_++; }

 private:
  uint16_t next_ = 0;
};

// Who a stream is on the wire. Sequence numbers and timestamps start where the caller says: random,
// RFC 3550 §5.1. Extension ids as negotiated, 0 for none.
struct RtpStreamIdentity {
  Ssrc ssrc;
  uint8_t payload_type = 0;
  uint16_t first_sequence = 0;
  uint32_t timestamp_offset = 0;
  uint8_t transport_sequence_extension = 0;
  uint8_t mid_extension = 0;
  std::string mid;  // at most 16 characters
};

// Numbers the packets of one SSRC and writes their headers. Owns no payload. The MID goes with each
// packet until the peer is known to have heard some (RFC 8843 §15.2), which we take to be so after
// kMidPackets.
class RtpWriter {
 public:
  static constexpr uint32_t kMidPackets = 100;

  RtpWriter(RtpStreamIdentity identity, TransportSequence& transport_sequence, PacketSink& sink);

  // Sends a packet under the next sequence number, which is returned. `timestamp` is the media's,
  // before the stream's offset.
  uint16_t Send(uint32_t timestamp, bool marker, ByteView payload, Timestamp now);
  // Sends a packet that has been sent before, under the number it had then.
  void Resend(uint16_t sequence, uint32_t timestamp, bool marker, ByteView payload, Timestamp now);

  Ssrc ssrc() const { return identity_.ssrc; }
  uint32_t OnWire(uint32_t timestamp) const { return timestamp + identity_.timestamp_offset; }
  // For sender reports: RFC 3550 §6.4.1 counts payload only.
  uint32_t packet_count() const { return packets_; }
  uint32_t octet_count() const { return octets_; }

 private:
  RtpStreamIdentity identity_;
  TransportSequence& transport_sequence_;
  PacketSink& sink_;
  uint16_t next_sequence_;
  uint32_t packets_ = 0;
  uint32_t octets_ = 0;
  std::array<uint8_t, 64> header_{};
};

}  // namespace continuo
