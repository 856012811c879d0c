// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/rtp_writer.h"

#include <span>
#include <utility>

#include "base/check.h"
#include "transport/wire/rtp_extensions.h"

namespace continuo {

RtpWriter::RtpWriter(RtpStreamIdentity identity, TransportSequence& transport_sequence,
                     PacketSink& sink)
    : identity_(std::move(identity)),
      transport_sequence_(transport_sequence),
      sink_(sink),
      next_sequence_(identity_.first_sequence) {
  CONTINUO_CHECK(identity_.mid.size() <= 16);
}

uint16_t RtpWriter::Send(uint32_t timestamp, bool marker, ByteView payload, Timestamp now) {
  const uint16_t sequence = next_sequence_++;
  Resend(sequence, timestamp, marker, payload, now);
  return sequence;
}

void RtpWriter::Resend(uint16_t sequence, uint32_t timestamp, bool marker, ByteView payload,
                       Timestamp now) {
  std::array<RtpExtension, 2> extensions;
  size_t count = 0;
  std::array<uint8_t, 2> transport_sequence;
  if (identity_.transport_sequence_extension != 0) {
    transport_sequence = WriteTransportSequence(transport_sequence_.Next());
    extensions[count++] = {identity_.transport_sequence_extension, transport_sequence};
  }
  if (identity_.mid_extension != 0 && !identity_.mid.empty() && packets_ < kMidPackets) {
    extensions[count++] = {
        identity_.mid_extension,
        ByteView(reinterpret_cast<const uint8_t*>(identity_.mid.data()), identity_.mid.size())};
  }
  const RtpHeader header{.marker = marker,
                         .payload_type = identity_.payload_type,
                         .sequence_number = sequence,
                         .timestamp = OnWire(timestamp),
                         .ssrc = identity_.ssrc};
  const size_t size = WriteRtpHeader(header, std::span(extensions).first(count), header_);
  CONTINUO_CHECK(size > 0);
  ++packets_;
  octets_ += static_cast<uint32_t>(payload.size());
  sink_.SendRtp(ByteView(header_).first(size), payload, now);
}

}  // namespace continuo
