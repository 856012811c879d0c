// SPDX-License-Identifier: Apache-2.0
#include "cli/join/headless_endpoint.h"

#include <algorithm>
#include <utility>

#include "media/audio_frame.h"

namespace continuo {

HeadlessEndpoint::HeadlessEndpoint(EventLoop& loop, std::unique_ptr<UdpSocket> socket,
                                   std::unique_ptr<DtlsContext> dtls,
                                   std::optional<VideoClip> video, std::optional<AudioClip> audio,
                                   Recorder* recorder)
    : loop_(loop),
      socket_(std::move(socket)),
      dtls_(std::move(dtls)),
      video_(std::move(video)),
      audio_(std::move(audio)),
      recorder_(recorder),
      environment_{*dtls_, *socket_, arena_, probe_} {
  if (video_) packetizer_.emplace(video_->codec, kMaxPayloadSize, pool_);
}

HeadlessEndpoint::~HeadlessEndpoint() { loop_.Unwatch(socket_->fd()); }

Status HeadlessEndpoint::Start(const LocalDescription& local, NegotiatedMedia media,
                               std::function<void()> on_end) {
  on_end_ = std::move(on_end);
  started_ = loop_.now();
  SessionObserver& self = *this;
  auto session = Session::Create(
      {SessionRole::kClient, local, std::move(media), DataRate::KilobitsPerSec(1000)}, environment_,
      self, loop_.now());
  if (!session) return tl::unexpected(session.error());
  session_ = std::move(*session);
  loop_.EndEachTurnWith([this](Timestamp now) { return EndTurn(now); });
  return loop_.WatchReadable(socket_->fd(), [this] { socket_->ReceiveBatch(*this); });
}

void HeadlessEndpoint::Stop() {
  if (session_) session_->Close();
  socket_->Flush();
}

void HeadlessEndpoint::OnDatagram(const SocketAddress& from, MutableBytes datagram) {
  session_->OnDatagram(from, datagram, loop_.now());
}

void HeadlessEndpoint::OnConnected() {
  connected_ = true;
  summary_.connected = true;
  summary_.connected_after = loop_.now() - started_;
  if (video_) video_due_ = loop_.now();
  if (audio_) audio_due_ = loop_.now();
}

void HeadlessEndpoint::OnVideoFrame(const EncodedFrame& frame) {
  ++summary_.video_frames;
  if (frame.kind == FrameKind::kKey) ++summary_.key_frames;
  if (!summary_.first_picture_after) summary_.first_picture_after = loop_.now() - started_;
  if (recorder_ != nullptr) recorder_->OnVideoFrame(frame, loop_.now());
}

void HeadlessEndpoint::OnAudioPacket(const AudioPacket& packet, std::optional<AudioLevel>) {
  ++summary_.audio_packets;
  if (recorder_ != nullptr) recorder_->OnAudioPacket(packet, loop_.now());
}

void HeadlessEndpoint::OnKeyFrameRequested() { key_frame_wanted_ = true; }

void HeadlessEndpoint::OnClosed(CloseReason reason) {
  connected_ = false;
  video_due_ = audio_due_ = Timestamp::Infinite();
  summary_.closed = reason;
  if (reason != CloseReason::kLocal) on_end_();
}

Timestamp HeadlessEndpoint::EndTurn(Timestamp now) {
  if (session_->NextDeadline() <= now) session_->OnTimer(now);
  while (connected_ && video_due_ <= now) SendVideo(now);
  while (connected_ && audio_due_ <= now) SendAudio(now);
  socket_->Flush();
  return std::min({session_->NextDeadline(), video_due_, audio_due_});
}

void HeadlessEndpoint::SendVideo(Timestamp now) {
  const auto& frames = video_->frames;
  if (std::exchange(key_frame_wanted_, false)) {
    // There is one every second: nobody sees the jump.
    while (frames[next_frame_].kind != FrameKind::kKey) {
      next_frame_ = (next_frame_ + 1) % frames.size();
    }
  }
  EncodedFrame frame = frames[next_frame_].view();
  // The clip's own times end with it; the stream's go on.
  frame.rtp_timestamp = static_cast<uint32_t>(video_due_.us() * 9 / 100);
  frame.capture_time = video_due_;
  if (!frame.payload.empty()) session_->SendVideo(packetizer_->Packetize(frame), now);
  next_frame_ = (next_frame_ + 1) % frames.size();
  video_due_ += TimeDelta::Micros(1'000'000 / video_->frames_per_second);
}

void HeadlessEndpoint::SendAudio(Timestamp now) {
  const auto& payloads = audio_->payloads;
  session_->SendAudio(payloads[next_payload_], audio_timestamp_, now);
  next_payload_ = (next_payload_ + 1) % payloads.size();
  audio_timestamp_ += kSamplesPerTick;
  audio_due_ += kAudioTick;
}

HeadlessEndpoint::Summary HeadlessEndpoint::summary() const {
  Summary summary = summary_;
  summary.packets_received = probe_.rx.packets.value();
  summary.packets_lost = probe_.rx.lost.value();
  return summary;
}

}  // namespace continuo
