// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/fingerprint.h"
#include "crypto/secret.h"

struct x509_st;      // OpenSSL's X509
struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace continuo {

// A self-signed P-256 certificate and its private key. For DTLS: fresh at each start, never on
// disk. For HTTPS: made at first start and kept, so that whoever has accepted or pinned it once is
// not asked again. Immutable; any thread. `unix_now` is wall-clock seconds (base/clock.h).
class Certificate {
 public:
  static Result<Certificate> MakeForDtls(int64_t unix_now);

  // Reads key and certificate from the one PEM file at `path`, or makes them. The certificate names
  // "localhost", 127.0.0.1, ::1 and all `hosts` (DNS names or IP addresses) as subjectAltName. When
  // a host is missing from it, or it has less than 30 days to live, it is made anew for the same
  // key. A file that is there but cannot be used is an error and stays as it is.
  static Result<Certificate> LoadOrMakeForHttps(const std::string& path,
                                                std::span<const std::string> hosts,
                                                int64_t unix_now);

  const Fingerprint& fingerprint() const { return fingerprint_; }
  int64_t not_after_unix() const { return not_after_unix_; }
  std::string CertificatePem() const;
  SecretBytes PrivateKeyPem() const;

  // For transport/dtls only.
  x509_st* x509() const { return x509_.get(); }
  evp_pkey_st* private_key() const { return key_.get(); }

 private:
  struct Free {
    void operator()(x509_st* certificate) const;
    void operator()(evp_pkey_st* key) const;
  };
  using Key = std::unique_ptr<evp_pkey_st, Free>;
  using X509Ptr = std::unique_ptr<x509_st, Free>;

  Certificate() = default;
  static Result<Key> MakeKey();
  static Result<Certificate> SelfSign(Key key, std::span<const std::string> hosts,
                                      int64_t not_before_unix, int64_t not_after_unix);
  static Result<Certificate> Adopt(X509Ptr x509, Key key);
  static Result<Certificate> FromPem(ByteView pem);
  bool Covers(std::span<const std::string> hosts) const;
  Status Save(const std::string& path) const;

  X509Ptr x509_;
  Key key_;
  Fingerprint fingerprint_;
  int64_t not_after_unix_ = 0;
};

}  // namespace continuo
