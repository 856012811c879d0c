// SPDX-License-Identifier: Apache-2.0
#include "api/http_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>
#include <utility>

namespace continuo {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using namespace std::chrono_literals;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr auto kHandshakeTimeout = 10s;
constexpr auto kIdleTimeout = 30s;    // until the next request has come, header and all
constexpr auto kBodyTimeout = 15s;    // 64 KiB at 64 kbit/s take 8 s
constexpr auto kAnswerTimeout = 10s;  // until the application has answered
constexpr auto kWriteTimeout = 30s;
constexpr auto kDrainTimeout = 2s;
constexpr size_t kMaxDrainBytes = 256 * 1024;

HttpMethod MethodOf(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return HttpMethod::kGet;
    case http::verb::head:
      return HttpMethod::kHead;
    case http::verb::post:
      return HttpMethod::kPost;
    case http::verb::patch:
      return HttpMethod::kPatch;
    case http::verb::delete_:
      return HttpMethod::kDelete;
    case http::verb::options:
      return HttpMethod::kOptions;
    default:
      return HttpMethod::kOther;
  }
}

Result<HttpRequest> FromBeast(http::request<http::string_body>& message) {
  HttpRequest request;
  const Status target = ParseTarget({message.target().data(), message.target().size()}, request);
  if (!target) return tl::unexpected(target.error());
  request.method = MethodOf(message.method());
  const auto field = [&](http::field name) { return std::string(message[name]); };
  request.authorization = field(http::field::authorization);
  request.content_type = field(http::field::content_type);
  request.if_match = field(http::field::if_match);
  request.if_none_match = field(http::field::if_none_match);
  request.websocket_protocols = field(http::field::sec_websocket_protocol);
  request.body = std::move(message.body());
  return request;
}

void Count(HttpProbe& probe, int status) {
  (status < 400   ? probe.responses_ok
   : status < 500 ? probe.responses_client_error
                  : probe.responses_server_error)
      .Add();
}

HttpResponse ResponseToBadInput(beast::error_code error) {
  if (error == http::error::body_limit) return PlainResponse(413, "The request is too large.");
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return PlainResponse(431, "The request's header is too large.");
  }
  return PlainResponse(400, "The request is malformed.");
}

// True for bytes that do not parse, false for a connection that ended or timed out.
bool IsBadInput(beast::error_code error) {
  return error.category() == http::make_error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

// The application's answer, or 503 when it takes too long.
asio::awaitable<HttpResponse> Ask(HttpConnections& shared, HttpRequest request) {
  struct Pending {
    explicit Pending(asio::any_io_executor executor) : answered(std::move(executor)) {}
    std::optional<HttpResponse> response;
    asio::steady_timer answered;
  };
  const auto pending = std::make_shared<Pending>(co_await asio::this_coro::executor);
  // The application may keep the reply for longer than this connection, or the loop, lasts.
  shared.application->Handle(std::move(request),
                             [weak = std::weak_ptr(pending)](HttpResponse response) {
                               const auto waiting = weak.lock();
                               if (!waiting || waiting->response) return;
                               waiting->response = std::move(response);
                               waiting->answered.cancel();
                             });
  if (!pending->response) {
    pending->answered.expires_after(kAnswerTimeout);
    co_await pending->answered.async_wait(kAwait);
  }
  if (!pending->response) {
    pending->response = PlainResponse(503, "The server is too busy to answer.");
    pending->response->headers.emplace_back("Retry-After", "5");
  }
  co_return std::move(*pending->response);
}

struct Exchange {
  unsigned version = 11;
  bool keep_alive = false;
  bool head = false;
};

// False when the connection is of no more use.
template <class Stream>
asio::awaitable<bool> Write(HttpConnection& connection, Stream& stream, Exchange exchange,
                            HttpResponse response) {
  if (HttpProbe* probe = connection.shared().probe) Count(*probe, response.status);
  http::response<http::string_body> message(static_cast<http::status>(response.status),
                                            exchange.version);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  message.keep_alive(exchange.keep_alive);
  // RFC 9110 section 8.6: no Content-Length in a 204, none needed in a 304.
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) message.content_length(response.body.size());
  const bool send_body = !bodiless && !exchange.head;
  if (send_body) message.body() = std::move(response.body);

  connection.tcp().expires_after(kWriteTimeout);
  http::response_serializer<http::string_body> serializer(message);
  if (send_body) {
    const auto [error, size] = co_await http::async_write(stream, serializer, kAwait);
    co_return !error && exchange.keep_alive;
  }
  const auto [error, size] = co_await http::async_write_header(stream, serializer, kAwait);
  co_return !error && exchange.keep_alive;
}

// Says that nothing more comes and takes what the peer had still under way: closing with unread
// bytes would reset the connection and could take our last answer with it.
asio::awaitable<void> Drain(HttpConnection& connection) {
  beast::error_code ignored;
  connection.tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  connection.tcp().expires_after(kDrainTimeout);
  std::array<char, 4096> scrap{};
  for (size_t total = 0; total < kMaxDrainBytes;) {
    const auto [error, size] =
        co_await connection.tcp().async_read_some(asio::buffer(scrap), kAwait);
    if (error) break;
    total += size;
  }
}

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, asio::ip::address peer,
                               std::shared_ptr<HttpConnections> shared)
    : tcp_(std::move(socket)), peer_(std::move(peer)), shared_(std::move(shared)) {
  shared_->open.insert(this);
  ++shared_->per_address[peer_];
  shared_->probe->connections.Add(1);
}

HttpConnection::~HttpConnection() {
  shared_->open.erase(this);
  if (--shared_->per_address[peer_] == 0) shared_->per_address.erase(peer_);
  if (shared_->probe != nullptr) shared_->probe->connections.Add(-1);
}

void HttpConnection::Abort() { tcp_.close(); }

asio::awaitable<void> HttpConnection::Serve(std::shared_ptr<HttpConnection> self) {
  beast::error_code ignored;
  self->tcp_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!self->shared_->tls) {
    co_await ServeRequests(self, self->tcp_);
    co_await Drain(*self);
    co_return;
  }
  TlsStream& stream = self->tls_.emplace(self->tcp_, *self->shared_->tls);
  self->tcp_.expires_after(kHandshakeTimeout);
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kAwait);
  if (error) {
    if (self->shared_->probe != nullptr) self->shared_->probe->failed_handshakes.Add();
    co_return;
  }
  co_await ServeRequests(self, stream);
  self->tcp_.expires_after(kDrainTimeout);
  const auto [unclean] = co_await stream.async_shutdown(kAwait);
  static_cast<void>(unclean);
  co_await Drain(*self);
}

template <class Stream>
asio::awaitable<void> HttpConnection::ServeRequests(std::shared_ptr<HttpConnection> self,
                                                    Stream& stream) {
  HttpConnections& shared = *self->shared_;
  beast::flat_buffer buffer(HttpListener::kMaxHeaderBytes + HttpListener::kMaxBodyBytes);
  for (bool more = true; more;) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(HttpListener::kMaxHeaderBytes);
    parser.body_limit(HttpListener::kMaxBodyBytes);
    self->tcp_.expires_after(kIdleTimeout);
    auto [error, size] = co_await http::async_read_header(stream, buffer, parser, kAwait);
    if (!error && parser.get()[http::field::expect] == "100-continue") {
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      std::tie(error, size) = co_await asio::async_write(stream, asio::buffer(kContinue), kAwait);
    }
    if (!error) {
      self->tcp_.expires_after(kBodyTimeout);
      std::tie(error, size) = co_await http::async_read(stream, buffer, parser, kAwait);
    }
    if (shared.application == nullptr) co_return;
    if (error) {
      if (!IsBadInput(error)) co_return;
      shared.probe->malformed_requests.Add();
      co_await Write(*self, stream, Exchange{}, ResponseToBadInput(error));
      co_return;
    }
    auto message = parser.release();
    Exchange exchange{message.version(), message.keep_alive(),
                      message.method() == http::verb::head};
    const bool upgrade = beast::websocket::is_upgrade(message);
    Result<HttpRequest> request = FromBeast(message);
    HttpResponse response;
    if (!request) {
      shared.probe->malformed_requests.Add();
      response = ErrorResponse(request.error());
    } else if (upgrade) {
      auto feed = shared.application->OpenEvents(*request);
      if (feed) {
        co_await ServeEvents(self, stream, std::move(message), std::move(*feed));
        co_return;
      }
      response = std::move(feed.error());
    } else {
      response = co_await Ask(shared, std::move(*request));
    }
    more = co_await Write(*self, stream, exchange, std::move(response));
  }
}

}  // namespace continuo
