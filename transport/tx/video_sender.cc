// SPDX-License-Identifier: Apache-2.0
#include "transport/tx/video_sender.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"

namespace continuo {
namespace {

// However short the round trip, the answer to a NACK needs a moment to be seen.
constexpr TimeDelta kMinResendInterval = TimeDelta::Millis(5);

}  // namespace

VideoSender::VideoSender(VideoSenderConfig config, TransportSequence& transport_sequence,
                         PacketSink& sink, TxProbe& probe)
    : codec_(config.codec),
      media_(std::move(config.media), transport_sequence, sink),
      probe_(probe),
      clock_(kVideoClockRate),
      pacer_(config.rate) {
  if (config.rtx) rtx_.emplace(*std::move(config.rtx), transport_sequence, sink);
}

void VideoSender::SendFrame(const PacketizedFrameRef& frame, Timestamp now) {
  const bool key = frame->kind() == FrameKind::kKey;
  if (frame->codec() != codec_ || (withholding_ && !key)) return probe_.frames_withheld.Add();
  if (!pacer_.Enqueue(frame)) {
    // The link is slower than its rung: what waits is too old to be worth sending, and without it
    // no delta can be decoded.
    probe_.frames_dropped.Add(pacer_.DropUnsentFrames());
    wants_key_frame_ = withholding_ = true;
    if (!key || !pacer_.Enqueue(frame)) return probe_.frames_dropped.Add();
  }
  if (key) wants_key_frame_ = withholding_ = false;
  probe_.frames.Add();
  if (key) probe_.key_frames.Add();
  clock_.OnMedia(frame->rtp_timestamp(), frame->capture_time());
  Drain(now);
}

void VideoSender::SwitchRendition(DataRate rate) {
  pacer_.SetMediaRate(rate);
  wants_key_frame_ = withholding_ = true;
}

void VideoSender::OnKeyFrameRequest() {
  probe_.plis.Add();
  wants_key_frame_ = true;
}

void VideoSender::OnNack(std::span<const uint16_t> sequences, Timestamp now) {
  const TimeDelta interval = std::max(rtt_, kMinResendInterval);
  for (const uint16_t sequence : sequences) {
    probe_.nacks.Add();
    SendHistory::Entry* entry = history_.Find(sequence);
    if (!entry) {
      probe_.nacks_too_old.Add();
      continue;
    }
    if (entry->resent && now - entry->last_sent < interval) {
      probe_.nacks_too_soon.Add();
      continue;
    }
    const size_t size = entry->frame->payload(entry->packet).size();
    if (!budget_.Spend(size, entry->frame->kind()) ||
        !pacer_.EnqueueResend(
            {.frame = entry->frame, .packet = entry->packet, .resend_of = sequence})) {
      probe_.nacks_over_budget.Add();
      continue;
    }
    entry->resent = true;
    entry->last_sent = now;
  }
  Drain(now);
}

void VideoSender::Drain(Timestamp now) {
  while (const std::optional<PacedPacket> packet = pacer_.Next(now)) {
    if (packet->resend_of) {
      Retransmit(*packet, now);
    } else {
      Transmit(*packet, now);
    }
  }
}

void VideoSender::Transmit(const PacedPacket& packet, Timestamp now) {
  const PacketizedFrame& frame = *packet.frame;
  const ByteView payload = frame.payload(packet.packet);
  const uint16_t sequence =
      media_.Send(frame.rtp_timestamp(), frame.is_last(packet.packet), payload, now);
  history_.Add(sequence, packet.frame, packet.packet, now);
  budget_.OnMedia(payload.size());
  probe_.packets.Add();
  probe_.bytes.Add(payload.size());
}

void VideoSender::Retransmit(const PacedPacket& packet, Timestamp now) {
  const PacketizedFrame& frame = *packet.frame;
  const ByteView payload = frame.payload(packet.packet);
  const bool marker = frame.is_last(packet.packet);
  probe_.retransmissions.Add();
  probe_.packets.Add();
  probe_.bytes.Add(payload.size());
  if (!rtx_) {
    media_.Resend(*packet.resend_of, frame.rtp_timestamp(), marker, payload, now);
    return;
  }
  // RFC 4588 §4: the original sequence number goes before the payload, which is shared and can't be
  // extended in place. Retransmissions are few, and are copied.
  ByteWriter out(rtx_payload_);
  out.U16(*packet.resend_of);
  out.Bytes(payload);
  rtx_->Send(frame.rtp_timestamp(), marker, out.written(), now);
}

}  // namespace continuo
