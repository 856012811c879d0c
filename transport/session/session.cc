// SPDX-License-Identifier: Apache-2.0
#include "transport/session/session.h"

#include <algorithm>
#include <utility>

#include "crypto/random.h"
#include "transport/session/receive_side.h"
#include "transport/session/rtcp_router.h"
#include "transport/session/rtcp_sender.h"
#include "transport/session/send_side.h"

namespace continuo {

// A public call under way. Whatever ends the session while observers are being called takes effect
// when the outermost call returns, so that no part is torn down under its own feet.
class Session::Call {
 public:
  explicit Call(Session& session) : session_(session) { ++session_.calls_; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    if (--session_.calls_ > 0 || !session_.close_pending_ || session_.closed_) return;
    session_.CloseNow(*session_.close_pending_);
  }

 private:
  Session& session_;
};

Session::Session(SessionConfig config, SessionObserver& observer, Timestamp now)
    : config_(std::move(config)), observer_(observer), created_(now) {}

Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::Create(SessionConfig config,
                                                 const SessionEnvironment& environment,
                                                 SessionObserver& observer, Timestamp now) {
  std::unique_ptr<Session> session(new Session(std::move(config), observer, now));
  const LocalDescription& local = session->config_.local;
  const NegotiatedMedia& media = session->config_.media;
  auto path = SecurePath::Create(session->config_.role, local, media, environment, *session);
  if (!path) return tl::unexpected(path.error());
  session->path_ = std::move(*path);
  session->send_ = std::make_unique<SendSide>(local, media, session->config_.video_rate,
                                              *session->path_, environment.probe.tx);
  session->rtcp_sender_ = std::make_unique<RtcpSender>(local, media, *session->path_, RandomU64());
  session->receive_ =
      std::make_unique<ReceiveSide>(media, environment, *session->rtcp_sender_, observer);
  session->rtcp_router_ = std::make_unique<RtcpRouter>(local, *session->send_, *session->receive_,
                                                       observer, environment.probe.session);
  session->probe_ = &environment.probe.session;
  return session;
}

void Session::OnDatagram(const SocketAddress& from, MutableBytes datagram, Timestamp now) {
  if (closed_) return;
  const Call call(*this);
  path_->OnDatagram(from, datagram, now);
}

void Session::OnTimer(Timestamp now) {
  if (closed_) return;
  const Call call(*this);
  if (LivenessDeadline() <= now) {
    close_pending_ =
        path_->connected() ? CloseReason::kConsentLost : CloseReason::kHandshakeTimeout;
    return;
  }
  path_->OnTimer(now);
  if (!path_->connected()) return;
  receive_->OnTimer(now);
  send_->OnTimer(now);
  if (rtcp_sender_->NextDeadline() <= now) rtcp_sender_->SendReports(*send_, *receive_, now);
}

Timestamp Session::NextDeadline() const {
  if (closed_) return Timestamp::Infinite();
  const Timestamp path = std::min(LivenessDeadline(), path_->NextDeadline());
  if (!path_->connected()) return path;
  return std::min(
      {path, receive_->NextDeadline(), send_->NextDeadline(), rtcp_sender_->NextDeadline()});
}

// When the session ends unless the peer shows a sign of life.
Timestamp Session::LivenessDeadline() const {
  if (!path_->connected()) return created_ + kHandshakeTimeout;
  return path_->last_consent().value_or(created_) + kConsentLifetime;
}

void Session::SendVideo(const PacketizedFrameRef& frame, Timestamp now) {
  if (!connected()) return;
  const Call call(*this);
  if (send_->SendVideo(frame, now) == SendSide::Needs::kKeyFrame) observer_.OnKeyFrameRequested();
}

void Session::SendAudio(ByteView opus, uint32_t rtp_timestamp, Timestamp now) {
  if (connected()) send_->SendAudio(opus, rtp_timestamp, now);
}

void Session::SwitchRendition(DataRate video_rate) { send_->SwitchRendition(video_rate); }

void Session::RequestKeyFrame(Timestamp now) {
  if (connected()) receive_->RequestKeyFrame(now);
}

void Session::Close() {
  if (closed_ || close_pending_) return;
  const Call call(*this);
  close_pending_ = CloseReason::kLocal;
}

void Session::CloseNow(CloseReason reason) {
  const bool says_goodbye = reason == CloseReason::kLocal && path_->connected();
  if (says_goodbye) rtcp_sender_->SendBye();
  path_->Close(says_goodbye ? SecurePath::Farewell::kCloseNotify : SecurePath::Farewell::kNone);
  closed_ = true;
  if (reason == CloseReason::kPeerLeft) probe_->closed_by_peer.Add();
  if (reason == CloseReason::kConsentLost) probe_->closed_consent_lost.Add();
  if (reason == CloseReason::kHandshakeTimeout) probe_->closed_handshake_timeout.Add();
  observer_.OnClosed(reason);
}

void Session::OnPathConnected(Timestamp now) {
  probe_->connected.Add();
  rtcp_sender_->Start(now);
  observer_.OnConnected();
}

void Session::OnPathClosed() {
  if (!close_pending_) close_pending_ = CloseReason::kPeerLeft;
}

void Session::OnRtp(const RtpPacket& packet, Timestamp now) {
  if (!close_pending_) receive_->OnRtp(packet, now);
}

void Session::OnRtcp(ByteView compound, Timestamp now) {
  if (!close_pending_) rtcp_router_->OnRtcp(compound, now);
}

SessionStats Session::Stats() const {
  const SecurePath::Totals& totals = path_->totals();
  return {.packets_sent = totals.packets_sent,
          .bytes_sent = totals.bytes_sent,
          .packets_received = totals.packets_received,
          .bytes_received = totals.bytes_received,
          .bad_packets = totals.bad_packets,
          .audio_loss = rtcp_router_->audio_loss(),
          .video_loss = rtcp_router_->video_loss(),
          .round_trip = rtcp_router_->round_trip()};
}

}  // namespace continuo
