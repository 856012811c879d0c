// SPDX-License-Identifier: Apache-2.0
#include "transport/session/receive_side.h"

#include <algorithm>

#include "transport/session/rtcp_sender.h"
#include "transport/wire/rtp_extensions.h"

namespace continuo {
namespace {

VideoReceiverConfig ReceiverConfig(const NegotiatedVideo& video) {
  VideoReceiverConfig config;
  config.formats[static_cast<size_t>(video.codec)] = {.payload_type = video.payload_type,
                                                      .rtx_payload_type = video.rtx_payload_type};
  config.nack = video.nack;
  return config;
}

}  // namespace

ReceiveSide::ReceiveSide(const NegotiatedMedia& media, const SessionEnvironment& environment,
                         RtcpSender& rtcp, SessionObserver& observer)
    : extensions_(media.extensions),
      probe_(environment.probe.session),
      rtcp_(rtcp),
      observer_(observer),
      streams_(media) {
  if (media.audio && media.audio->receives) {
    audio_.emplace(media.audio->payload_type, environment.probe.rx);
  }
  if (media.video && media.video->receives) {
    VideoReceiverObserver& self = *this;
    video_.emplace(ReceiverConfig(*media.video), environment.arena, environment.probe.rx, self);
  }
  if (media.transport_wide_feedback) feedback_.emplace(rtcp.ssrc());
}

void ReceiveSide::OnRtp(const RtpPacket& packet, Timestamp now) {
  CountArrival(packet, now);
  const auto stream = streams_.Classify(packet, now);
  if (stream == IncomingStream::kAudio && audio_) {
    OnAudio(packet, now);
  } else if (stream == IncomingStream::kVideo && video_) {
    video_->OnRtp(packet, now);
  } else if (stream == IncomingStream::kVideoRtx && video_) {
    video_->OnRtx(packet, now);
  } else {
    probe_.unmapped_ssrc.Add();
  }
}

// Whatever carries a transport-wide number is reported, probes and strangers included: it is the
// path that is measured.
void ReceiveSide::CountArrival(const RtpPacket& packet, Timestamp now) {
  if (!feedback_) return;
  const auto value = packet.Extension(extensions_.transport_wide_cc);
  if (!value) return;
  const auto sequence = ParseTransportSequence(*value);
  if (sequence) feedback_->OnPacket(*sequence, packet.ssrc, now);
}

void ReceiveSide::OnAudio(const RtpPacket& packet, Timestamp now) {
  const auto audio = audio_->OnRtp(packet, now);
  if (!audio) return;
  std::optional<AudioLevel> level;
  if (extensions_.audio_level != 0) {
    const auto value = packet.Extension(extensions_.audio_level);
    if (value) level = ParseAudioLevel(*value);
  }
  observer_.OnAudioPacket(*audio, level);
}

void ReceiveSide::OnSenderInfo(const SenderInfo& info, Timestamp now) {
  const auto stream = streams_.Find(info.ssrc);
  if (stream == IncomingStream::kAudio && audio_) audio_->OnSenderReport(info, now);
  if (stream == IncomingStream::kVideo && video_) video_->OnSenderReport(info, now);
}

void ReceiveSide::SetRoundTripTime(TimeDelta rtt) {
  if (video_) video_->SetRoundTripTime(rtt);
}

void ReceiveSide::RequestKeyFrame(Timestamp now) {
  if (video_) video_->RequestKeyFrame(now);
}

Timestamp ReceiveSide::NextDeadline() const {
  return std::min(video_ ? video_->NextDeadline() : Timestamp::Infinite(),
                  feedback_ ? feedback_->NextDeadline() : Timestamp::Infinite());
}

void ReceiveSide::OnTimer(Timestamp now) {
  if (video_ && video_->NextDeadline() <= now) video_->OnTimer(now);
  if (!feedback_ || feedback_->NextDeadline() > now) return;
  while (rtcp_.SendFeedback([&](ByteWriter& out) { return feedback_->WriteDue(out, now); })) {
  }
}

std::span<const ReportBlock> ReceiveSide::TakeReports(Timestamp now) {
  size_t count = 0;
  const auto add = [&](std::optional<ReportBlock> block) {
    if (block) reports_[count++] = *block;
  };
  const auto audio = streams_.SsrcOf(IncomingStream::kAudio);
  const auto video = streams_.SsrcOf(IncomingStream::kVideo);
  if (audio_ && audio) add(audio_->TakeReport(*audio, now));
  if (video_ && video) add(video_->TakeReport(*video, now));
  return std::span(reports_).first(count);
}

void ReceiveSide::SendNack(std::span<const uint16_t> sequences) {
  const auto ssrc = streams_.SsrcOf(IncomingStream::kVideo);
  if (ssrc) rtcp_.SendNack(*ssrc, sequences);
}

void ReceiveSide::SendPli() {
  const auto ssrc = streams_.SsrcOf(IncomingStream::kVideo);
  if (ssrc) rtcp_.SendPli(*ssrc);
}

}  // namespace continuo
