// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "crypto/certificate.h"
#include "crypto/fingerprint.h"

namespace continuo {

// What makes one browser's DTLS differ from another's.
struct BrowserTraits {
  // Chromium's order.
  std::string profiles = "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM";
  std::string ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";
  size_t key_share_bytes = 1216;  // X25519MLKEM768's: makes the ClientHello too long for a datagram
  bool shows_certificate = true;
  bool offers_srtp = true;
  int version = DTLS1_2_VERSION;
};

// A DTLS client that shares no code with ours but OpenSSL.
class OpenSslBrowser {
 public:
  using Traits = BrowserTraits;
  using Send = std::function<void(ByteView)>;

  OpenSslBrowser(Traits traits, Send send)
      : traits_(std::move(traits)), send_(std::move(send)), context_(SSL_CTX_new(DTLS_method())) {
    SSL_CTX* const context = context_.get();
    SSL_CTX_set_security_level(context, 0);  // some of these are meant to be bad
    SSL_CTX_set_min_proto_version(context, traits_.version);
    SSL_CTX_set_max_proto_version(context, traits_.version);
    if (SSL_CTX_set_cipher_list(context, traits_.ciphers.c_str()) != 1) {
      throw std::runtime_error("no such cipher");
    }
    if (traits_.offers_srtp) SSL_CTX_set_tlsext_use_srtp(context, traits_.profiles.c_str());
    if (traits_.shows_certificate) {
      SSL_CTX_use_certificate(context, certificate_.x509());
      SSL_CTX_use_PrivateKey(context, certificate_.private_key());
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    if (traits_.key_share_bytes > 0) {
      constexpr unsigned kUnassigned = 0xfa57;
      SSL_CTX_add_custom_ext(context, kUnassigned, SSL_EXT_CLIENT_HELLO, AddPadding, nullptr, this,
                             nullptr, nullptr);
    }
    ssl_.reset(SSL_new(context));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
    SSL_set_options(ssl_.get(), SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(ssl_.get(), 1200);
    DTLS_set_timer_cb(ssl_.get(), NextTimeout);
    SSL_set_connect_state(ssl_.get());
  }

  const Fingerprint& fingerprint() const { return certificate_.fingerprint(); }
  bool connected() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool failed() const { return failed_; }
  bool closed_by_peer() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  std::string profile() const {
    const auto* selected = SSL_get_selected_srtp_profile(ssl_.get());
    return selected == nullptr ? "" : selected->name;
  }
  bool has_extended_master_secret() const { return SSL_get_extms_support(ssl_.get()) == 1; }
  Fingerprint PeerFingerprint() const {
    uint8_t* der = nullptr;
    const int size = i2d_X509(SSL_get0_peer_certificate(ssl_.get()), &der);
    const auto fingerprint = Fingerprint::OfDer({der, static_cast<size_t>(size)});
    OPENSSL_free(der);
    return fingerprint;
  }
  std::vector<uint8_t> KeyingMaterial(size_t size) const {
    std::vector<uint8_t> material(size);
    SSL_export_keying_material(ssl_.get(), material.data(), size, "EXTRACTOR-dtls_srtp", 19,
                               nullptr, 0, 0);
    return material;
  }

  void Start() { Handshake(); }
  void OnDatagram(ByteView datagram) {
    BIO_write(SSL_get_rbio(ssl_.get()), datagram.data(), static_cast<int>(datagram.size()));
    if (!connected()) Handshake();
    if (connected()) Read();
    Flush();
  }
  void OnTick() {
    if (DTLSv1_handle_timeout(ssl_.get()) < 0) failed_ = true;
    Flush();
  }
  void Close() {
    Do([this] { SSL_shutdown(ssl_.get()); });
  }
  void Write(const std::string& text) {
    Do([&] { SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())); });
  }
  void Renegotiate() {
    Do([this] {
      SSL_renegotiate(ssl_.get());
      SSL_do_handshake(ssl_.get());
    });
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  // BoringSSL's in WebRTC: it starts at 50 ms.
  static unsigned NextTimeout(SSL*, unsigned last_us) {
    return last_us == 0 ? 50'000 : std::min(last_us * 2, 60'000'000u);
  }
  static int AddPadding(SSL*, unsigned, unsigned, const unsigned char** out, size_t* size, X509*,
                        size_t, int*, void* self) {
    static const std::vector<uint8_t> padding(2000, 0x5a);
    *out = padding.data();
    *size = static_cast<OpenSslBrowser*>(self)->traits_.key_share_bytes;
    return 1;
  }
  template <typename Action>
  void Do(Action action) {
    ERR_clear_error();
    action();
    Flush();
  }
  void Handshake() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1 && SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) failed_ = true;
    Flush();
  }
  void Read() {
    uint8_t ignored[2048];
    ERR_clear_error();
    while (SSL_read(ssl_.get(), ignored, sizeof(ignored)) > 0) {
    }
  }
  // One record to a datagram, as some stacks do it.
  void Flush() {
    char* data = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &data);
    const std::vector<uint8_t> flight(data, data + std::max(size, 0L));
    BIO_reset(SSL_get_wbio(ssl_.get()));
    for (ByteView rest(flight); rest.size() >= 13;) {
      const size_t record = 13 + (size_t{rest[11]} << 8 | rest[12]);
      send_(rest.first(record));
      rest = rest.subspan(record);
    }
  }

  Traits traits_;
  Send send_;
  Certificate certificate_ = *Certificate::MakeForDtls(1'790'000'000);
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  bool failed_ = false;
};

}  // namespace continuo
