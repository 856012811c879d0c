// SPDX-License-Identifier: Apache-2.0
#include "transport/session/send_side.h"

#include "crypto/random.h"

namespace continuo {
namespace {

RtpStreamIdentity Identity(Ssrc ssrc, uint8_t payload_type, const std::string& mid,
                           const NegotiatedMedia& media) {
  return {.ssrc = ssrc,
          .payload_type = payload_type,
          // Below 2^15, lest an early loss costs the receiver the ROC: RFC 3711 §3.3.1.
          .first_sequence = static_cast<uint16_t>(RandomU32() & 0x7fff),
          .timestamp_offset = RandomU32(),
          .transport_sequence_extension = media.extensions.transport_wide_cc,
          .mid_extension = media.extensions.mid,
          .mid = mid};
}

bool Retransmits(const NegotiatedMedia& media) {
  return media.video && media.video->rtx_payload_type.has_value();
}

}  // namespace

SendSide::SendSide(const LocalDescription& local, const NegotiatedMedia& media, DataRate video_rate,
                   PacketSink& sink, TxProbe& probe)
    : video_ssrc_(local.video_ssrc), has_rtx_(Retransmits(media)) {
  if (media.audio && media.audio->sends) {
    audio_.emplace(Identity(local.audio_ssrc, media.audio->payload_type, media.audio->mid, media),
                   transport_sequence_, sink, probe);
  }
  if (media.video && media.video->sends) {
    const NegotiatedVideo& video = *media.video;
    VideoSenderConfig config{
        .codec = video.codec,
        .media = Identity(local.video_ssrc, video.payload_type, video.mid, media),
        .rtx = std::nullopt,
        .rate = video_rate};
    if (has_rtx_) {
      config.rtx = Identity(local.video_rtx_ssrc, *video.rtx_payload_type, video.mid, media);
      config.rtx->timestamp_offset = config.media.timestamp_offset;  // RFC 4588 §4
    }
    video_.emplace(std::move(config), transport_sequence_, sink, probe);
  }
}

SendSide::Needs SendSide::SendVideo(const PacketizedFrameRef& frame, Timestamp now) {
  if (!video_ || !frame) return Needs::kNothing;
  video_->SendFrame(frame, now);
  if (!video_->WantsKeyFrame()) {
    key_frame_asked_.reset();
    return Needs::kNothing;
  }
  if (key_frame_asked_ && now - *key_frame_asked_ < kKeyFrameInterval) return Needs::kNothing;
  key_frame_asked_ = now;
  return Needs::kKeyFrame;
}

void SendSide::SendAudio(ByteView opus, uint32_t rtp_timestamp, Timestamp now) {
  if (!audio_) return;
  audio_->SendAudio(opus, rtp_timestamp, now);
  if (video_) video_->OnAudioSent(opus.size(), now);
}

void SendSide::SwitchRendition(DataRate video_rate) {
  if (video_) video_->SwitchRendition(video_rate);
}

// Without RTX a packet would have to be sealed twice under one index, which gives the key away:
// such a peer gets a key frame when it asks for one instead.
void SendSide::OnNack(Ssrc media, std::span<const uint16_t> sequences, Timestamp now) {
  if (video_ && has_rtx_ && media == video_ssrc_) video_->OnNack(sequences, now);
}

bool SendSide::OnKeyFrameRequest(Ssrc media) {
  if (!video_ || media != video_ssrc_) return false;
  video_->OnKeyFrameRequest();
  return true;
}

void SendSide::SetRoundTripTime(TimeDelta rtt) {
  if (video_) video_->SetRoundTripTime(rtt);
}

void SendSide::OnTimer(Timestamp now) {
  if (video_ && video_->NextDeadline() <= now) video_->OnTimer(now);
}

std::optional<SenderInfo> SendSide::AudioReport(Timestamp now) const {
  return audio_ ? audio_->Report(now) : std::nullopt;
}

std::optional<SenderInfo> SendSide::VideoReport(Timestamp now) const {
  return video_ ? video_->Report(now) : std::nullopt;
}

}  // namespace continuo
