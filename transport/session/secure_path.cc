// SPDX-License-Identifier: Apache-2.0
#include "transport/session/secure_path.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "crypto/random.h"
#include "transport/ice/ice_client.h"
#include "transport/ice/ice_lite.h"

namespace continuo {
namespace {

// Before a failed association is begun again. As server the next ClientHello must not be kept
// waiting long: Chromium repeats it after 50 ms at first.
constexpr TimeDelta kDtlsRestartDelay = TimeDelta::Millis(50);

std::unique_ptr<IceAgent> MakeIceAgent(SessionRole role, const LocalDescription& local,
                                       const NegotiatedMedia& media) {
  if (role == SessionRole::kServer) return std::make_unique<IceLite>(local.ice, media.remote_ice);
  return std::make_unique<IceClient>(local.ice, media.remote_ice, media.remote_candidates,
                                     RandomU64());
}

}  // namespace

SecurePath::SecurePath(SessionRole role, const Fingerprint& peer,
                       const SessionEnvironment& environment, SecurePathObserver& observer)
    : role_(role), peer_(peer), environment_(environment), observer_(observer) {}

SecurePath::~SecurePath() = default;

Result<std::unique_ptr<SecurePath>> SecurePath::Create(SessionRole role,
                                                       const LocalDescription& local,
                                                       const NegotiatedMedia& media,
                                                       const SessionEnvironment& environment,
                                                       SecurePathObserver& observer) {
  std::unique_ptr<SecurePath> path(
      new SecurePath(role, media.remote_fingerprint, environment, observer));
  path->ice_ = MakeIceAgent(role, local, media);
  if (const auto begun = path->BeginDtls(); !begun) return tl::unexpected(begun.error());
  return path;
}

Status SecurePath::BeginDtls() {
  const auto role = role_ == SessionRole::kServer ? DtlsRole::kServer : DtlsRole::kClient;
  auto dtls = DtlsTransport::Create(environment_.dtls, role, peer_, this, &environment_.probe.dtls);
  if (!dtls) return tl::unexpected(dtls.error());
  dtls_ = std::move(*dtls);
  dtls_started_ = false;
  return {};
}

void SecurePath::OnDatagram(const SocketAddress& from, MutableBytes datagram, Timestamp now) {
  if (closed_) return;
  now_ = now;
  RestartFailedDtls(now);
  const DatagramKind kind = ClassifyDatagram(datagram);
  if (kind == DatagramKind::kOther) {
    environment_.probe.session.unclassified.Add();
  } else if (kind == DatagramKind::kStun) {
    OnStun(from, datagram, now);
  } else if (!ice_->IsValidated(from, now)) {
    environment_.probe.session.unvalidated.Add();
    ++totals_.bad_packets;
  } else if (kind == DatagramKind::kDtls) {
    dtls_->OnDatagram(datagram, now);
  } else {
    OnMedia(kind, datagram, now);
  }
}

void SecurePath::OnStun(const SocketAddress& from, ByteView message, Timestamp now) {
  if (ice_->OnStun(from, message, now, environment_.sink) != IceAgent::StunResult::kAuthenticated) {
    return;
  }
  last_activity_ = now;
  if (!dtls_started_ && ice_->selected()) {
    dtls_started_ = true;
    dtls_->Start(now);
  }
}

void SecurePath::OnMedia(DatagramKind kind, MutableBytes packet, Timestamp now) {
  if (!srtp_receiver_) {
    environment_.probe.session.early.Add();
    return;
  }
  const size_t wire_size = packet.size();
  const auto size = kind == DatagramKind::kRtp ? srtp_receiver_->UnprotectRtp(packet)
                                               : srtp_receiver_->UnprotectRtcp(packet);
  if (!size) {
    ++totals_.bad_packets;
    return;
  }
  last_activity_ = now;
  ++totals_.packets_received;
  totals_.bytes_received += wire_size;
  const ByteView plain = packet.first(*size);
  if (kind == DatagramKind::kRtcp) {
    observer_.OnRtcp(plain, now);
  } else if (const auto rtp = ParseRtp(plain)) {
    observer_.OnRtp(*rtp, now);
  } else {
    environment_.probe.session.malformed_rtp.Add();
  }
}

void SecurePath::OnTimer(Timestamp now) {
  if (closed_) return;
  now_ = now;
  RestartFailedDtls(now);
  if (ice_->NextDeadline() <= now) ice_->OnTimer(now, environment_.sink);
  if (dtls_->NextDeadline() <= now) dtls_->OnTimer(now);
}

Timestamp SecurePath::NextDeadline() const {
  if (closed_) return Timestamp::Infinite();
  return std::min({ice_->NextDeadline(), dtls_->NextDeadline(),
                   restart_dtls_at_.value_or(Timestamp::Infinite())});
}

void SecurePath::RestartFailedDtls(Timestamp now) {
  if (!restart_dtls_at_ || *restart_dtls_at_ > now) return;
  restart_dtls_at_.reset();
  if (!BeginDtls()) return;  // out of memory: the old one stays failed, and time runs out
  if (ice_->selected()) {
    dtls_started_ = true;
    dtls_->Start(now);
  }
}

void SecurePath::SendRtp(ByteView header, ByteView payload, Timestamp) {
  const auto to = ice_->selected();
  if (closed_ || !srtp_sender_ || !to) return;
  const MutableBytes out = environment_.sink.Reserve(*to);
  const auto size = srtp_sender_->SealRtp(header, payload, out);
  if (!size) {
    environment_.probe.session.unsendable.Add();
    return;
  }
  environment_.sink.Commit(*size);
  ++totals_.packets_sent;
  totals_.bytes_sent += *size;
}

void SecurePath::SendRtcp(ByteView compound) {
  const auto to = ice_->selected();
  if (closed_ || !srtp_sender_ || !to || compound.empty()) return;
  const MutableBytes out = environment_.sink.Reserve(*to);
  if (compound.size() > out.size()) return;
  std::memcpy(out.data(), compound.data(), compound.size());
  const auto size = srtp_sender_->ProtectRtcp(out, compound.size());
  if (!size) {
    environment_.probe.session.unsendable.Add();
    return;
  }
  environment_.sink.Commit(*size);
}

void SecurePath::Close(Farewell farewell) {
  if (closed_) return;
  if (farewell == Farewell::kCloseNotify) dtls_->Close();
  closed_ = true;
}

void SecurePath::OnDtlsDatagram(ByteView datagram) {
  if (const auto to = ice_->selected()) environment_.sink.SendTo(*to, datagram);
}

void SecurePath::OnDtlsConnected(SrtpKeys keys) {
  const bool server = role_ == SessionRole::kServer;
  auto receiver = SrtpReceiver::Create(keys.profile, server ? keys.client : keys.server,
                                       &environment_.probe.srtp);
  auto sender = SrtpSender::Create(keys.profile, server ? keys.server : keys.client,
                                   &environment_.probe.srtp);
  if (!receiver || !sender) return;  // never connected, then: the session's time limit ends it
  srtp_receiver_.emplace(std::move(*receiver));
  srtp_sender_.emplace(std::move(*sender));
  last_activity_ = now_;
  observer_.OnPathConnected(now_);
}

void SecurePath::OnDtlsFailed(std::string_view) { restart_dtls_at_ = now_ + kDtlsRestartDelay; }

void SecurePath::OnDtlsClosed() { observer_.OnPathClosed(); }

}  // namespace continuo
