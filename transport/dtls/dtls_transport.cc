// SPDX-License-Identifier: Apache-2.0
#include "transport/dtls/dtls_transport.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "transport/dtls/dtls_records.h"

namespace continuo {
namespace {

constexpr size_t kMaxIncoming = 4096;
// RFC 6347 §4.2.4.1 starts at one second and doubles up to 60, for all of the Internet; that is
// long to wait for a voice. A flight takes up to 150 ms to leave on 64 kbit/s, so not much less
// than this.
constexpr unsigned kFirstTimeoutUs = 400'000;
constexpr unsigned kLongestTimeoutUs = 3'200'000;

unsigned NextTimeout(SSL*, unsigned last_us) {
  return last_us == 0 ? kFirstTimeoutUs : std::min(last_us * 2, kLongestTimeoutUs);
}

Fingerprint FingerprintOf(X509* certificate) {
  uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) return {};
  const Fingerprint fingerprint = Fingerprint::OfDer({der, static_cast<size_t>(size)});
  OPENSSL_free(der);
  return fingerprint;
}

std::optional<SrtpProfile> SelectedProfile(SSL* ssl) {
  const SRTP_PROTECTION_PROFILE* selected = SSL_get_selected_srtp_profile(ssl);
  if (selected == nullptr) return std::nullopt;
  const auto* known =
      std::find(kSrtpProfiles.begin(), kSrtpProfiles.end(), static_cast<SrtpProfile>(selected->id));
  if (known == kSrtpProfiles.end()) return std::nullopt;
  return *known;
}

// RFC 5764 §4.2: client key, server key, client salt, server salt, one after the other.
std::optional<SrtpKeys> ExportKeys(SSL* ssl, SrtpProfile profile) {
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  const SrtpProfileSizes sizes = SizesOf(profile);
  SecretBytes material(2 * (sizes.key + sizes.salt));
  if (SSL_export_keying_material(ssl, material.bytes().data(), material.size(), kLabel.data(),
                                 kLabel.size(), nullptr, 0, 0) != 1) {
    return std::nullopt;
  }
  ByteReader reader(material.view());
  SrtpKeys keys{.profile = profile};
  keys.client.key = SecretBytes::CopyOf(reader.Bytes(sizes.key));
  keys.server.key = SecretBytes::CopyOf(reader.Bytes(sizes.key));
  keys.client.salt = SecretBytes::CopyOf(reader.Bytes(sizes.salt));
  keys.server.salt = SecretBytes::CopyOf(reader.Bytes(sizes.salt));
  return keys;
}

}  // namespace

void DtlsTransport::FreeSsl::operator()(SSL* ssl) const { SSL_free(ssl); }

Result<std::unique_ptr<DtlsTransport>> DtlsTransport::Create(const DtlsContext& context,
                                                             DtlsRole role, const Fingerprint& peer,
                                                             DtlsObserver* observer,
                                                             DtlsProbe* probe) {
  std::unique_ptr<DtlsTransport> transport(new DtlsTransport(context, role, peer, observer, probe));
  const Status begun = transport->BeginAttempt();
  if (!begun) return tl::unexpected(begun.error());
  return transport;
}

DtlsTransport::DtlsTransport(const DtlsContext& context, DtlsRole role, const Fingerprint& peer,
                             DtlsObserver* observer, DtlsProbe* probe)
    : context_(context), role_(role), peer_(peer), observer_(observer), probe_(probe) {}

DtlsTransport::~DtlsTransport() = default;

Status DtlsTransport::BeginAttempt() {
  ERR_clear_error();
  std::unique_ptr<SSL, FreeSsl> fresh(SSL_new(context_.native()));
  BIO* const in = BIO_new(BIO_s_mem());
  BIO* const out = BIO_new(BIO_s_mem());
  if (fresh == nullptr || in == nullptr || out == nullptr) {
    BIO_free(in);
    BIO_free(out);
    return Fail(ErrorCode::kResourceExhausted, "no memory for DTLS");
  }
  BIO_set_mem_eof_return(in, -1);  // nothing to read means: later, not never
  SSL* const ssl = fresh.get();
  SSL_set_bio(ssl, in, out);
  SSL_set_mtu(ssl, kMaxDtlsDatagram);
  DTLS_set_timer_cb(ssl, NextTimeout);
  SSL_set_app_data(ssl, this);
  SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  if (role_ == DtlsRole::kServer) {
    SSL_set_accept_state(ssl);
  } else {
    SSL_set_connect_state(ssl);
  }
  ssl_ = std::move(fresh);
  return {};
}

// Takes the place of OpenSSL's checks of chains, names and dates: the fingerprint says it all.
int DtlsTransport::VerifyPeer(X509_STORE_CTX* store) {
  const auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const self = static_cast<DtlsTransport*>(SSL_get_app_data(ssl));
  if (FingerprintOf(X509_STORE_CTX_get0_cert(store)) == self->peer_) return 1;
  self->wrong_fingerprint_ = true;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

void DtlsTransport::Start(Timestamp now) {
  if (role_ != DtlsRole::kClient || state_ != State::kHandshake) return;
  Handshake();
  Flush();
  UpdateDeadline(now);
}

void DtlsTransport::OnDatagram(ByteView datagram, Timestamp now) {
  if (state_ == State::kFailed || state_ == State::kClosed) return;
  if (datagram.size() > kMaxIncoming || !IsDtlsRecords(datagram)) {
    probe_->malformed.Add();
    return;
  }
  BIO* const in = SSL_get_rbio(ssl_.get());
  BIO_write(in, datagram.data(), static_cast<int>(datagram.size()));
  if (state_ == State::kHandshake) Handshake();
  if (state_ == State::kConnected) ReadRecords();
  BIO_reset(SSL_get_rbio(ssl_.get()));
  Flush();
  UpdateDeadline(now);
}

void DtlsTransport::OnTimer(Timestamp now) {
  if (state_ != State::kHandshake || now < deadline_) return;
  ERR_clear_error();
  const int repeated = DTLSv1_handle_timeout(ssl_.get());
  if (repeated > 0) probe_->retransmissions.Add();
  if (repeated < 0) AbandonAttempt("the peer has stopped answering");
  Flush();
  UpdateDeadline(now);
}

void DtlsTransport::Handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    Complete();
  } else if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) {
    AbandonAttempt("the handshake has failed");
  }
}

void DtlsTransport::Complete() {
  // VerifyPeer() was asked during the handshake. Keys are worth a second look.
  X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr || !(FingerprintOf(certificate) == peer_)) {
    return GiveUp("the peer's certificate is not the one of its SDP");
  }
  const auto profile = SelectedProfile(ssl_.get());
  if (!profile) return GiveUp("no SRTP profile in common");
  auto keys = ExportKeys(ssl_.get(), *profile);
  if (!keys) return GiveUp("no SRTP keys");
  state_ = State::kConnected;
  probe_->handshakes_completed.Add();
  Flush();
  observer_->OnDtlsConnected(std::move(*keys));
}

void DtlsTransport::AbandonAttempt(std::string_view reason) {
  if (wrong_fingerprint_) {
    probe_->fingerprint_mismatches.Add();
    return GiveUp("the peer's certificate is not the one of its SDP");
  }
  probe_->handshakes_abandoned.Add();
  if (role_ == DtlsRole::kClient || ++attempts_ == kMaxAttempts) return GiveUp(reason);
  // The alert that OpenSSL has written goes with it: it would end the handshake of the real peer,
  // if what we failed over was a forgery.
  if (!BeginAttempt()) GiveUp("no memory for DTLS");
}

void DtlsTransport::ReadRecords() {
  std::array<uint8_t, kMaxIncoming> ignored;
  while (state_ == State::kConnected) {
    ERR_clear_error();
    const int result = SSL_read(ssl_.get(), ignored.data(), static_cast<int>(ignored.size()));
    if (result > 0) {
      probe_->unexpected_data.Add();
      continue;
    }
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ) return;
    // close_notify, or a fatal alert: both encrypted, so from the peer itself.
    SSL_shutdown(ssl_.get());
    state_ = State::kClosed;
    Flush();
    observer_->OnDtlsClosed();
  }
}

void DtlsTransport::Close() {
  if (state_ == State::kConnected) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    Flush();
  }
  state_ = State::kClosed;
  deadline_ = Timestamp::Infinite();
}

void DtlsTransport::GiveUp(std::string_view reason) {
  state_ = State::kFailed;
  Flush();
  observer_->OnDtlsFailed(reason);
}

void DtlsTransport::Flush() {
  BIO* const out = SSL_get_wbio(ssl_.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  if (size <= 0) return;
  const std::vector<uint8_t> flight(data, data + size);
  BIO_reset(out);
  ByteView rest(flight);
  while (!rest.empty()) observer_->OnDtlsDatagram(TakeDtlsDatagram(rest, kMaxDtlsDatagram));
}

void DtlsTransport::UpdateDeadline(Timestamp now) {
  timeval left{};
  const bool waiting = state_ == State::kHandshake && DTLSv1_get_timeout(ssl_.get(), &left) == 1;
  deadline_ = waiting ? now + TimeDelta::Seconds(left.tv_sec) + TimeDelta::Micros(left.tv_usec)
                      : Timestamp::Infinite();
}

}  // namespace continuo
