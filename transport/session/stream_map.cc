// SPDX-License-Identifier: Apache-2.0
#include "transport/session/stream_map.h"

#include "transport/wire/rtp_extensions.h"

namespace continuo {

StreamMap::StreamMap(const NegotiatedMedia& media) : media_(media) {
  if (media.audio && media.audio->receives) {
    At(IncomingStream::kAudio).ssrc = media.audio->remote_ssrc;
  }
  if (media.video && media.video->receives) {
    At(IncomingStream::kVideo).ssrc = media.video->remote_ssrc;
    At(IncomingStream::kVideoRtx).ssrc = media.video->remote_rtx_ssrc;
  }
}

std::optional<IncomingStream> StreamMap::Classify(const RtpPacket& packet, Timestamp now) {
  const auto known = Find(packet.ssrc);
  const auto stream = known ? known : ByPayloadType(packet);
  if (!stream || (!known && !MidAllows(packet, *stream))) return std::nullopt;
  Current& current = At(*stream);
  if (!known) {
    if (current.last_packet && now - *current.last_packet < kSilence) return std::nullopt;
    current.ssrc = packet.ssrc;
  }
  current.last_packet = now;
  return stream;
}

std::optional<IncomingStream> StreamMap::Find(Ssrc ssrc) const {
  for (size_t i = 0; i < kIncomingStreamCount; ++i) {
    if (current_[i].ssrc == ssrc) return static_cast<IncomingStream>(i);
  }
  return std::nullopt;
}

std::optional<Ssrc> StreamMap::SsrcOf(IncomingStream stream) const {
  return current_[static_cast<size_t>(stream)].ssrc;
}

void StreamMap::OnBye(Ssrc ssrc) {
  if (const auto stream = Find(ssrc)) At(*stream).last_packet.reset();
}

// One transport has one payload type space, so the type alone names the m-line.
std::optional<IncomingStream> StreamMap::ByPayloadType(const RtpPacket& packet) const {
  const auto& audio = media_.audio;
  const auto& video = media_.video;
  if (audio && audio->receives && audio->payload_type == packet.payload_type) {
    return IncomingStream::kAudio;
  }
  if (!video || !video->receives) return std::nullopt;
  if (video->payload_type == packet.payload_type) return IncomingStream::kVideo;
  if (video->rtx_payload_type == packet.payload_type) return IncomingStream::kVideoRtx;
  return std::nullopt;
}

bool StreamMap::MidAllows(const RtpPacket& packet, IncomingStream stream) const {
  if (media_.extensions.mid == 0) return true;
  const auto value = packet.Extension(media_.extensions.mid);
  if (!value) return true;
  return ParseStreamName(*value) ==
         (stream == IncomingStream::kAudio ? media_.audio->mid : media_.video->mid);
}

}  // namespace continuo
