// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/fingerprint.h"
#include "transport/dtls/dtls_probe.h"
#include "transport/srtp/srtp_profile.h"

struct ssl_ctx_st;         // OpenSSL's SSL_CTX
struct ssl_st;             // OpenSSL's SSL
struct x509_store_ctx_st;  // OpenSSL's X509_STORE_CTX

namespace continuo {

enum class DtlsRole : uint8_t { kServer, kClient };

// Hears what a DtlsTransport has to say, from inside its calls; must not destroy it there.
class DtlsObserver {
 public:
  virtual ~DtlsObserver() = default;
  // Goes out now, as one datagram of at most kMaxDtlsDatagram bytes.
  virtual void OnDtlsDatagram(ByteView datagram) = 0;
  // The peer has proved that it holds the key of the certificate in its SDP.
  virtual void OnDtlsConnected(SrtpKeys keys) = 0;
  // For good: this association will never connect. `reason` is static text.
  virtual void OnDtlsFailed(std::string_view reason) = 0;
  // The peer has said close_notify after having connected.
  virtual void OnDtlsClosed() = 0;
};

inline constexpr size_t kMaxDtlsDatagram = 1200;

// What all associations of the process share: the certificate and the rules (DTLS 1.2, ECDHE-ECDSA
// with an AEAD, use_srtp in the order of kSrtpProfiles, no tickets, no renegotiation). Immutable;
// any thread. Outlives its transports.
class DtlsContext {
 public:
  static Result<std::unique_ptr<DtlsContext>> Create(const Certificate& certificate);
  DtlsContext(const DtlsContext&) = delete;
  DtlsContext& operator=(const DtlsContext&) = delete;
  ~DtlsContext();

  ssl_ctx_st* native() const { return context_; }

 private:
  explicit DtlsContext(ssl_ctx_st* context) : context_(context) {}

  ssl_ctx_st* context_;
};

// One DTLS 1.2 association (RFC 6347) with one endpoint: agrees on SRTP keys (RFC 5764) and carries
// nothing else. Sans-IO, one thread: datagrams from the ICE-validated path come in with `now`,
// datagrams and events go to the observer, NextDeadline() says when to call OnTimer().
// Keys are handed out only if the peer's certificate has the fingerprint of its SDP.
// As server, an attempt that fails before the peer has shown a certificate is dropped without a
// word and the next ClientHello starts afresh, so that a forged one cannot end a call; after
// kMaxAttempts of them, or on a wrong fingerprint, the association has failed.
// Time: OpenSSL 3.0 runs DTLS timers by gettimeofday() and cannot be told another clock. Deadlines
// are its remaining time counted from `now`, so a transport must be driven at the pace of the wall
// clock for flights to be repeated; tests replace gettimeofday() (tests/support/openssl_clock.h).
class DtlsTransport {
 public:
  static constexpr int kMaxAttempts = 16;

  // `context`, `observer` and `probe` outlive the transport.
  static Result<std::unique_ptr<DtlsTransport>> Create(const DtlsContext& context, DtlsRole role,
                                                       const Fingerprint& peer,
                                                       DtlsObserver* observer, DtlsProbe* probe);
  DtlsTransport(const DtlsTransport&) = delete;
  DtlsTransport& operator=(const DtlsTransport&) = delete;
  ~DtlsTransport();

  // The client sends its ClientHello; the server has nothing to do.
  void Start(Timestamp now);
  void OnDatagram(ByteView datagram, Timestamp now);
  Timestamp NextDeadline() const { return deadline_; }
  void OnTimer(Timestamp now);
  // Says close_notify if connected. Nothing more is sent or reported.
  void Close();

  bool connected() const { return state_ == State::kConnected; }

 private:
  friend class DtlsContext;  // hands VerifyPeer() to OpenSSL

  enum class State : uint8_t { kHandshake, kConnected, kFailed, kClosed };
  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
  };

  DtlsTransport(const DtlsContext& context, DtlsRole role, const Fingerprint& peer,
                DtlsObserver* observer, DtlsProbe* probe);
  Status BeginAttempt();
  void Handshake();
  void Complete();
  void AbandonAttempt(std::string_view reason);
  void ReadRecords();
  void GiveUp(std::string_view reason);
  void Flush();
  void UpdateDeadline(Timestamp now);
  static int VerifyPeer(x509_store_ctx_st* store);

  const DtlsContext& context_;
  const DtlsRole role_;
  const Fingerprint peer_;
  DtlsObserver* const observer_;
  DtlsProbe* const probe_;
  std::unique_ptr<ssl_st, FreeSsl> ssl_;
  State state_ = State::kHandshake;
  Timestamp deadline_ = Timestamp::Infinite();
  int attempts_ = 0;
  bool wrong_fingerprint_ = false;
};

}  // namespace continuo
