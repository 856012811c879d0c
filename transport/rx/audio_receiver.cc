// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/audio_receiver.h"

namespace continuo {

std::optional<AudioPacket> AudioReceiver::OnRtp(const RtpPacket& packet, Timestamp now) {
  if (packet.payload_type != payload_type_ || packet.payload.size() > kMaxAudioPayload) {
    probe_.malformed.Add();
    return std::nullopt;
  }
  const auto outcome = statistics_.OnPacket(packet.sequence_number, packet.timestamp, now);
  if (outcome.verdict == ReceiveStatistics::Verdict::kSuspect) {
    probe_.suspect_sequences.Add();
    return std::nullopt;
  }
  probe_.packets.Add();
  probe_.bytes.Add(packet.payload.size());
  if (packet.payload.empty()) return std::nullopt;  // a bandwidth probe
  return AudioPacket{.sequence = outcome.sequence,
                     .rtp_timestamp = timestamps_.Unwrap(packet.timestamp),
                     .arrival = now,
                     .payload = packet.payload};
}

void AudioReceiver::OnSenderReport(const SenderInfo& report, Timestamp now) {
  statistics_.OnSenderReport(report.ntp, now);
  sender_clock_.OnSenderReport(report);
}

}  // namespace continuo
