// SPDX-License-Identifier: Apache-2.0
#include "api/http_listener.h"

#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "api/http_connection.h"

namespace continuo {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kBacklog = 256;

Result<std::shared_ptr<asio::ssl::context>> MakeTls(const HttpListenerOptions& options) {
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(tls->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  error_code error;
  tls->use_certificate_chain_file(options.certificate_file, error);
  if (error) {
    return Fail(ErrorCode::kInvalidArgument, "The HTTPS certificate cannot be read",
                options.certificate_file + ": " + error.message());
  }
  tls->use_private_key_file(options.private_key_file, asio::ssl::context::pem, error);
  if (error) {
    return Fail(ErrorCode::kInvalidArgument, "The HTTPS private key cannot be used",
                options.private_key_file + ": " + error.message());
  }
  return tls;
}

Result<tcp::acceptor> Listen(asio::io_context& context, const HttpListenerOptions& options) {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return Fail(ErrorCode::kInvalidArgument, "Not an IP address to listen on", options.address);
  }
  const tcp::endpoint endpoint(address, options.port);
  tcp::acceptor acceptor(context);
  acceptor.open(endpoint.protocol(), error);
  if (!error && address.is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) {
    return Fail(ErrorCode::kUnavailable, "Cannot listen for HTTP",
                options.address + " port " + std::to_string(options.port) + ": " + error.message());
  }
  return acceptor;
}

asio::ip::address Unmapped(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

}  // namespace

struct HttpListener::Core {
  Core(tcp::acceptor listening, const HttpListenerOptions& options)
      : acceptor(std::make_shared<tcp::acceptor>(std::move(listening))),
        max_connections(options.max_connections),
        max_connections_per_address(options.max_connections_per_address) {}

  // Runs until the acceptor is closed; `shared->application` is null by then, and so may *this be.
  asio::awaitable<void> Accept(std::shared_ptr<tcp::acceptor> listening,
                               std::shared_ptr<HttpConnections> connections) {
    asio::steady_timer pause(listening->get_executor());
    for (;;) {
      auto [error, socket] = co_await listening->async_accept(kAwait);
      if (connections->application == nullptr) co_return;
      if (error) {  // out of descriptors, most likely: those that are open will end
        pause.expires_after(std::chrono::milliseconds(100));
        co_await pause.async_wait(kAwait);
        if (connections->application == nullptr) co_return;
        continue;
      }
      Admit(std::move(socket));
    }
  }

  void Admit(tcp::socket socket) {
    error_code error;
    const auto peer = Unmapped(socket.remote_endpoint(error).address());
    if (error) return;
    const auto same = shared->per_address.find(peer);
    const size_t from_there = same == shared->per_address.end() ? 0 : same->second;
    if (shared->open.size() >= max_connections || from_there >= max_connections_per_address) {
      shared->probe->refused_connections.Add();
      return;
    }
    const auto executor = socket.get_executor();
    asio::co_spawn(
        executor,
        HttpConnection::Serve(std::make_shared<HttpConnection>(std::move(socket), peer, shared)),
        asio::detached);
  }

  const std::shared_ptr<tcp::acceptor> acceptor;
  const std::shared_ptr<HttpConnections> shared = std::make_shared<HttpConnections>();
  const size_t max_connections;
  const size_t max_connections_per_address;
};

Result<std::unique_ptr<HttpListener>> HttpListener::Start(ControlLoop& loop,
                                                          HttpApplication& application,
                                                          HttpProbe& probe,
                                                          const HttpListenerOptions& options) {
  auto acceptor = Listen(loop.context(), options);
  if (!acceptor) return tl::unexpected(acceptor.error());
  const uint16_t port = acceptor->local_endpoint().port();
  auto core = std::make_unique<Core>(std::move(*acceptor), options);
  core->shared->application = &application;
  core->shared->probe = &probe;
  core->shared->websocket_subprotocol = options.websocket_subprotocol;
  if (!options.certificate_file.empty()) {
    auto tls = MakeTls(options);
    if (!tls) return tl::unexpected(tls.error());
    core->shared->tls = std::move(*tls);
  }
  asio::co_spawn(loop.context(), core->Accept(core->acceptor, core->shared), asio::detached);
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(core), port));
}

HttpListener::HttpListener(std::unique_ptr<Core> core, uint16_t port)
    : core_(std::move(core)), port_(port) {}

HttpListener::~HttpListener() {
  error_code ignored;
  core_->acceptor->close(ignored);
  core_->shared->application = nullptr;
  core_->shared->probe->connections.Add(-static_cast<int64_t>(core_->shared->open.size()));
  core_->shared->probe = nullptr;
  for (HttpConnection* connection : core_->shared->open) connection->Abort();
}

}  // namespace continuo
