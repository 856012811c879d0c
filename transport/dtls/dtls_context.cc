// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

#include "transport/dtls/dtls_transport.h"

namespace continuo {
namespace {

// WebRTC demands the second (RFC 8827 §6.5). AEADs with forward secrecy only.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:P-256:P-384";
// In the order of kSrtpProfiles: as server, ours decides.
constexpr const char* kProfiles =
    "SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";
// Endpoints' certificates are self-signed and short; OpenSSL would buffer 100 KiB of them.
constexpr long kMaxCertificateBytes = 16 * 1024;

bool Configure(SSL_CTX* context, const Certificate& certificate) {
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, kMaxCertificateBytes);
  return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, kCiphers) == 1 &&
         SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
         SSL_CTX_set_tlsext_use_srtp(context, kProfiles) == 0 &&
         SSL_CTX_use_certificate(context, certificate.x509()) == 1 &&
         SSL_CTX_use_PrivateKey(context, certificate.private_key()) == 1;
}

}  // namespace

Result<std::unique_ptr<DtlsContext>> DtlsContext::Create(const Certificate& certificate) {
  ERR_clear_error();
  std::unique_ptr<DtlsContext> context(new DtlsContext(SSL_CTX_new(DTLS_method())));
  if (context->native() == nullptr || !Configure(context->native(), certificate)) {
    return Fail(ErrorCode::kUnavailable, "OpenSSL refuses our DTLS settings", {},
                static_cast<int64_t>(ERR_get_error()));
  }
  SSL_CTX_set_cert_verify_callback(
      context->native(),
      [](X509_STORE_CTX* store, void*) { return DtlsTransport::VerifyPeer(store); }, nullptr);
  return context;
}

DtlsContext::~DtlsContext() { SSL_CTX_free(context_); }

}  // namespace continuo
