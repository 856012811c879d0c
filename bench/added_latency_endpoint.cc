// SPDX-License-Identifier: Apache-2.0
#include "bench/added_latency_endpoint.h"

#include <utility>

namespace continuo {
namespace {

// So much that its pacer never holds a packet back: a camera's frame is in when its last packet is.
constexpr DataRate kUnpaced = DataRate::KilobitsPerSec(1'000'000);

}  // namespace

Result<std::unique_ptr<LatencyEndpoint>> LatencyEndpoint::Create(EventLoop& loop,
                                                                 Direction direction,
                                                                 const Certificate& certificate,
                                                                 Events events) {
  auto socket = UdpSocket::Create(SocketAddress::Ipv4({127, 0, 0, 1}, 0), PortSharing::kExclusive);
  if (!socket) return tl::unexpected(socket.error());
  auto dtls = DtlsContext::Create(certificate);
  if (!dtls) return tl::unexpected(dtls.error());
  return std::unique_ptr<LatencyEndpoint>(new LatencyEndpoint(
      loop, direction, std::move(*socket), std::move(*dtls),
      MakeLocalDescription(ShardIndex(0), certificate.fingerprint(), {}), std::move(events)));
}

LatencyEndpoint::LatencyEndpoint(EventLoop& loop, Direction direction,
                                 std::unique_ptr<UdpSocket> socket,
                                 std::unique_ptr<DtlsContext> dtls, LocalDescription local,
                                 Events events)
    : loop_(loop),
      socket_(std::move(socket)),
      dtls_(std::move(dtls)),
      local_(std::move(local)),
      events_(std::move(events)),
      environment_{*dtls_, *socket_, arena_, probe_},
      packetizer_(VideoCodec::kH264, kMaxPayloadSize, pool_) {
  parameters_.codecs = {VideoCodec::kH264};
  parameters_.send_audio = parameters_.send_video = direction == Direction::kSends;
  offer_ = MakeOffer(parameters_, local_);
}

LatencyEndpoint::~LatencyEndpoint() { loop_.Unwatch(socket_->fd()); }

Status LatencyEndpoint::Start(const std::string& answer) {
  auto media = ApplyAnswer(parameters_, answer);
  if (!media) return tl::unexpected(media.error());
  SessionObserver& self = *this;
  auto session = Session::Create({SessionRole::kClient, local_, std::move(*media), kUnpaced},
                                 environment_, self, loop_.now());
  if (!session) return tl::unexpected(session.error());
  session_ = std::move(*session);
  return loop_.WatchReadable(socket_->fd(), [this] { socket_->ReceiveBatch(*this); });
}

void LatencyEndpoint::SendVideo(const EncodedFrame& frame, Timestamp now) {
  session_->SendVideo(packetizer_.Packetize(frame), now);
  socket_->Flush();
}

void LatencyEndpoint::SendAudio(ByteView opus, uint32_t rtp_timestamp, Timestamp now) {
  session_->SendAudio(opus, rtp_timestamp, now);
  socket_->Flush();
}

Timestamp LatencyEndpoint::EndTurn(Timestamp now) {
  if (session_->NextDeadline() <= now) session_->OnTimer(now);
  socket_->Flush();
  return session_->NextDeadline();
}

void LatencyEndpoint::OnDatagram(const SocketAddress& from, MutableBytes datagram) {
  session_->OnDatagram(from, datagram, loop_.now());
}

void LatencyEndpoint::OnVideoFrame(const EncodedFrame& frame) {
  if (events_.video) events_.video(frame);
}

void LatencyEndpoint::OnAudioPacket(const AudioPacket& packet, std::optional<AudioLevel>) {
  if (events_.audio) events_.audio(packet);
}

}  // namespace continuo
