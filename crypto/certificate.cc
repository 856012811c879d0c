// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

#include "crypto/private_file.h"
#include "crypto/random.h"

namespace continuo {
namespace {

constexpr int64_t kDay = 24 * 3600;
// Clocks of endpoints without Internet are wrong by hours rather than seconds.
constexpr int64_t kClockSlack = 2 * kDay;
constexpr int64_t kDtlsLifetime = 90 * kDay;
// Apple's platforms refuse TLS certificates that live longer, privately trusted ones included.
constexpr int64_t kHttpsLifetime = 825 * kDay - kClockSlack;
constexpr int64_t kRenewBefore = 30 * kDay;
constexpr size_t kMaxPemSize = 64 * 1024;
constexpr const char* kAlwaysNamed[] = {"localhost", "127.0.0.1", "::1"};

struct FreeOpenSsl {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  void operator()(ASN1_OCTET_STRING* string) const { ASN1_OCTET_STRING_free(string); }
};
using BioPtr = std::unique_ptr<BIO, FreeOpenSsl>;

tl::unexpected<Error> FailOpenSsl(std::string_view text) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  return Fail(ErrorCode::kInternal, text, {}, static_cast<int64_t>(code));
}

bool IsAddress(const std::string& host) {
  const std::unique_ptr<ASN1_OCTET_STRING, FreeOpenSsl> address(a2i_IPADDRESS(host.c_str()));
  ERR_clear_error();
  return address != nullptr;
}

bool IsDnsName(const std::string& host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
}

// Appends a subjectAltName entry.
bool AddName(GENERAL_NAMES* names, const std::string& host) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  if (name == nullptr || sk_GENERAL_NAME_push(names, name) == 0) {
    GENERAL_NAME_free(name);
    return false;
  }
  if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str()); address != nullptr) {
    GENERAL_NAME_set0_value(name, GEN_IPADD, address);
    return true;
  }
  ERR_clear_error();
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  GENERAL_NAME_set0_value(name, GEN_DNS, text);
  return text != nullptr && ASN1_STRING_set(text, host.data(), static_cast<int>(host.size())) == 1;
}

bool AddAltNames(X509* certificate, std::span<const std::string> hosts) {
  if (hosts.empty()) return true;
  const std::unique_ptr<GENERAL_NAMES, FreeOpenSsl> names(sk_GENERAL_NAME_new_null());
  if (names == nullptr) return false;
  for (const std::string& host : hosts) {
    if (!AddName(names.get(), host)) return false;
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) ==
         1;
}

bool SetSubject(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  static constexpr unsigned char kCommonName[] = "continuo";
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, kCommonName, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1;
}

int NoPassword(char*, int, int, void*) { return -1; }  // never ask on the terminal

std::vector<std::string> WithLocalNames(std::span<const std::string> hosts) {
  std::vector<std::string> all(std::begin(kAlwaysNamed), std::end(kAlwaysNamed));
  for (const std::string& host : hosts) {
    if (std::find(all.begin(), all.end(), host) == all.end()) all.push_back(host);
  }
  return all;
}

}  // namespace

void Certificate::Free::operator()(X509* certificate) const { X509_free(certificate); }
void Certificate::Free::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

Result<Certificate::Key> Certificate::MakeKey() {
  Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return FailOpenSsl("cannot make a P-256 key");
  return key;
}

Result<Certificate> Certificate::SelfSign(Key key, std::span<const std::string> hosts,
                                          int64_t not_before_unix, int64_t not_after_unix) {
  X509Ptr x509(X509_new());
  X509* const raw = x509.get();
  const bool made = raw != nullptr && X509_set_version(raw, X509_VERSION_3) == 1 &&
                    ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), RandomU64() >> 1) == 1 &&
                    ASN1_TIME_set(X509_getm_notBefore(raw), not_before_unix) != nullptr &&
                    ASN1_TIME_set(X509_getm_notAfter(raw), not_after_unix) != nullptr &&
                    SetSubject(raw) && X509_set_pubkey(raw, key.get()) == 1 &&
                    AddAltNames(raw, hosts) && X509_sign(raw, key.get(), EVP_sha256()) != 0;
  if (!made) return FailOpenSsl("cannot make a certificate");
  return Adopt(std::move(x509), std::move(key));
}

Result<Certificate> Certificate::Adopt(X509Ptr x509, Key key) {
  uint8_t* der = nullptr;
  const int size = i2d_X509(x509.get(), &der);
  std::tm not_after{};
  if (size <= 0 || ASN1_TIME_to_tm(X509_get0_notAfter(x509.get()), &not_after) != 1) {
    return FailOpenSsl("cannot use a certificate");
  }
  Certificate certificate;
  certificate.fingerprint_ = Fingerprint::OfDer({der, static_cast<size_t>(size)});
  OPENSSL_free(der);
  certificate.not_after_unix_ = ::timegm(&not_after);
  certificate.x509_ = std::move(x509);
  certificate.key_ = std::move(key);
  return certificate;
}

Result<Certificate> Certificate::MakeForDtls(int64_t unix_now) {
  auto key = MakeKey();
  if (!key) return tl::unexpected(key.error());
  return SelfSign(std::move(*key), {}, unix_now - kClockSlack, unix_now + kDtlsLifetime);
}

Result<Certificate> Certificate::LoadOrMakeForHttps(const std::string& path,
                                                    std::span<const std::string> hosts,
                                                    int64_t unix_now) {
  for (const std::string& host : hosts) {
    if (!IsAddress(host) && !IsDnsName(host)) {
      return Fail(ErrorCode::kInvalidArgument, "not a host name or address", host);
    }
  }
  const std::vector<std::string> names = WithLocalNames(hosts);
  Key key;
  auto file = ReadPrivateFile(path, kMaxPemSize);
  if (file) {
    auto loaded = FromPem(file->view());
    if (!loaded) return tl::unexpected(loaded.error());
    if (loaded->Covers(names) && loaded->not_after_unix() - unix_now > kRenewBefore) return loaded;
    key = std::move(loaded->key_);
  } else if (file.error().code == ErrorCode::kNotFound) {
    auto made = MakeKey();
    if (!made) return tl::unexpected(made.error());
    key = std::move(*made);
  } else {
    return tl::unexpected(file.error());
  }
  auto certificate =
      SelfSign(std::move(key), names, unix_now - kClockSlack, unix_now + kHttpsLifetime);
  if (!certificate) return certificate;
  const Status saved = certificate->Save(path);
  if (!saved) return tl::unexpected(saved.error());
  return certificate;
}

Result<Certificate> Certificate::FromPem(ByteView pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) return FailOpenSsl("cannot read a certificate");
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  X509Ptr x509(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
  const bool fits =
      key != nullptr && x509 != nullptr && X509_check_private_key(x509.get(), key.get());
  ERR_clear_error();
  if (!fits) return Fail(ErrorCode::kMalformed, "not a private key and its certificate");
  return Adopt(std::move(x509), std::move(key));
}

bool Certificate::Covers(std::span<const std::string> hosts) const {
  return std::all_of(hosts.begin(), hosts.end(), [this](const std::string& host) {
    return IsAddress(host)
               ? X509_check_ip_asc(x509_.get(), host.c_str(), 0) == 1
               : X509_check_host(x509_.get(), host.data(), host.size(), 0, nullptr) == 1;
  });
}

Status Certificate::Save(const std::string& path) const {
  const SecretBytes key = PrivateKeyPem();
  const std::string certificate = CertificatePem();
  SecretBytes file(key.size() + certificate.size());
  std::copy(key.view().begin(), key.view().end(), file.bytes().begin());
  std::copy(certificate.begin(), certificate.end(), file.bytes().begin() + key.size());
  return WritePrivateFile(path, file.view(), IfExists::kReplace);
}

std::string Certificate::CertificatePem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (bio == nullptr || PEM_write_bio_X509(bio.get(), x509_.get()) != 1) return {};
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

SecretBytes Certificate::PrivateKeyPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));  // OpenSSL wipes it when it is freed
  char* text = nullptr;
  if (bio == nullptr || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0,
                                                      nullptr, nullptr) != 1) {
    return {};
  }
  const long size = BIO_get_mem_data(bio.get(), &text);
  return SecretBytes::CopyOf({reinterpret_cast<const uint8_t*>(text), static_cast<size_t>(size)});
}

}  // namespace continuo
