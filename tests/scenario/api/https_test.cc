// SPDX-License-Identifier: Apache-2.0
// HTTPS, with OpenSSL as the client.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "api/http_server.h"
#include "base/clock.h"
#include "crypto/certificate.h"
#include "crypto/init.h"
#include "tests/support/control_thread.h"
#include "tests/support/fake_conference.h"
#include "tests/support/http_client.h"

namespace continuo {
namespace {

class HttpsTest : public ::testing::Test {
 protected:
  HttpsTest() {
    char directory[] = "/tmp/continuo-https-XXXXXX";
    EXPECT_NE(::mkdtemp(directory), nullptr);
    directory_ = directory;
    options_.port = 0;
    options_.certificate_file = options_.private_key_file = directory_ + "/https.pem";
    EXPECT_TRUE(Certificate::LoadOrMakeForHttps(options_.certificate_file, {}, UnixSeconds()));
  }
  ~HttpsTest() override {
    control_.Do([this] { server_.reset(); });
    std::remove(options_.certificate_file.c_str());
    ::rmdir(directory_.c_str());
  }
  Status Start() {
    return control_.Do([this]() -> Status {
      auto server = HttpServer::Start(control_.loop(), conference_, invitations_, probe_, options_);
      if (!server) return tl::unexpected(server.error());
      server_ = std::move(*server);
      return {};
    });
  }
  // What comes back over TLS of at most `max_version`; empty when the handshake fails.
  std::string Exchange(const std::string& request, int max_version = TLS1_3_VERSION) {
    HttpClient tcp(server_->port());
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), max_version);
    SSL_CTX_set_security_level(context.get(), 0);
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), SSL_free);
    SSL_set_fd(tls.get(), tcp.fd());
    if (SSL_connect(tls.get()) != 1) return {};
    SSL_write(tls.get(), request.data(), static_cast<int>(request.size()));
    std::string answer;
    char bytes[4096];
    for (int got; (got = SSL_read(tls.get(), bytes, sizeof bytes)) > 0;) {
      answer.append(bytes, static_cast<size_t>(got));
    }
    clean_end_ = SSL_get_shutdown(tls.get()) == SSL_RECEIVED_SHUTDOWN;
    return answer;
  }

  const Status ready_ = InitCrypto();
  const SigningKey key_ = SigningKey::Generate();
  const Invitations invitations_{key_};
  FakeConference conference_;
  HttpProbe probe_;
  HttpServerOptions options_;
  std::string directory_;
  ControlThread control_;
  std::unique_ptr<HttpServer> server_;
  bool clean_end_ = false;
};

constexpr char kRequest[] = "GET /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";

TEST_F(HttpsTest, ServesOverTls12And13AndEndsCleanly) {
  options_.address = "0.0.0.0";  // with a certificate, any address will do
  ASSERT_TRUE(Start());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_NE(Exchange(kRequest, version).find("200 OK"), std::string::npos) << version;
    EXPECT_TRUE(clean_end_);
  }
}

TEST_F(HttpsTest, RefusesOldTlsAndPlainHttp) {
  ASSERT_TRUE(Start());
  EXPECT_EQ(Exchange(kRequest, TLS1_1_VERSION), "");
  EXPECT_EQ(HttpClient(server_->port()).Ask("GET", "/healthz").status, 0);
  EXPECT_EQ(probe_.failed_handshakes.value(), 2u);
}

TEST_F(HttpsTest, SaysWhichFileIsMissing) {
  options_.certificate_file = directory_ + "/none.pem";
  const Status started = Start();
  options_.certificate_file = options_.private_key_file;
  ASSERT_FALSE(started);
  EXPECT_NE(ToString(started.error()).find("none.pem"), std::string::npos);
}

TEST_F(HttpsTest, ACertificateWithoutItsKeyIsAnError) {
  options_.private_key_file.clear();
  EXPECT_FALSE(Start());
}

}  // namespace
}  // namespace continuo
