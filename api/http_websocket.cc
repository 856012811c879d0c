// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "api/http_connection.h"

namespace continuo {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

namespace {

using namespace std::chrono_literals;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
// Beast pings when half of this has passed in silence: every ten seconds.
constexpr auto kSilenceTimeout = 20s;
constexpr auto kHandshakeTimeout = 10s;
// A state of the room that does not fit into a thin link in this time is of no use there.
constexpr auto kWriteTimeout = 10s;
constexpr size_t kMaxMessageBytes = 4096;  // pages have nothing to say yet

// One WebSocket. Its own reads only serve control frames and notice the end; writes are started by
// Send() and carry on from each other.
template <class Stream>
class WebSocket : public EventStream, public std::enable_shared_from_this<WebSocket<Stream>> {
 public:
  WebSocket(std::shared_ptr<HttpConnection> connection, Stream& stream)
      : connection_(std::move(connection)),
        socket_(stream),
        write_deadline_(stream.get_executor()) {}

  asio::awaitable<void> Run(http::request<http::string_body> request,
                            std::unique_ptr<EventFeed> feed) {
    // Here, so that the handlers of writes in flight never keep it.
    const std::shared_ptr<WebSocket> self = this->shared_from_this();
    Configure();
    const auto [refused] = co_await socket_.async_accept(request, kAwait);
    if (refused || connection_->shared().application == nullptr) co_return;
    AddOpen(1);
    feed->Opened(*this);
    beast::flat_buffer buffer(kMaxMessageBytes);
    for (;;) {
      const auto [error, size] = co_await socket_.async_read(buffer, kAwait);
      if (error) break;
      buffer.clear();
    }
    feed.reset();
    ended_ = true;
    write_deadline_.cancel();
    AddOpen(-1);
  }

  void Send(std::string text) override {
    if (ended_ || closing_) return;
    next_ = std::move(text);
    if (!writing_) WriteNext();
  }

  void Close() override {
    if (ended_ || closing_) return;
    closing_ = true;
    if (!writing_) WriteNext();
  }

 private:
  void Configure() {
    connection_->tcp().expires_never();  // WebSocket has time limits of its own
    socket_.set_option(websocket::stream_base::timeout{kHandshakeTimeout, kSilenceTimeout, true});
    socket_.set_option(
        websocket::stream_base::decorator([protocol = connection_->shared().websocket_subprotocol](
                                              websocket::response_type& response) {
          response.set(http::field::sec_websocket_protocol, protocol);
        }));
    socket_.read_message_max(kMaxMessageBytes);
    socket_.text(true);
  }

  void AddOpen(int change) {
    if (HttpProbe* probe = connection_->shared().probe) probe->event_streams.Add(change);
  }

  void WriteNext() {
    if (!next_) {
      if (closing_) {
        writing_ = true;
        socket_.async_close(websocket::close_code::normal,
                            [self = this->shared_from_this()](beast::error_code) {});
      }
      return;
    }
    writing_ = true;
    current_ = std::move(*next_);
    next_.reset();
    write_deadline_.expires_after(kWriteTimeout);
    write_deadline_.async_wait([weak = this->weak_from_this()](beast::error_code cancelled) {
      const auto self = weak.lock();
      if (!cancelled && self) self->TooSlow();
    });
    socket_.async_write(asio::buffer(current_),
                        [self = this->shared_from_this()](beast::error_code error, size_t) {
                          self->write_deadline_.cancel();
                          self->writing_ = false;
                          if (!error && !self->ended_) self->WriteNext();
                        });
  }

  void TooSlow() {
    if (!writing_ || ended_) return;
    if (HttpProbe* probe = connection_->shared().probe) probe->slow_consumers.Add();
    connection_->Abort();
  }

  const std::shared_ptr<HttpConnection> connection_;  // owns the stream under socket_
  websocket::stream<Stream&, false> socket_;          // without compression
  asio::steady_timer write_deadline_;
  std::optional<std::string> next_;
  std::string current_;  // being written
  bool writing_ = false;
  bool closing_ = false;
  bool ended_ = false;
};

}  // namespace

template <class Stream>
asio::awaitable<void> ServeEvents(std::shared_ptr<HttpConnection> connection, Stream& stream,
                                  http::request<http::string_body> request,
                                  std::unique_ptr<EventFeed> feed) {
  const auto socket = std::make_shared<WebSocket<Stream>>(std::move(connection), stream);
  co_await socket->Run(std::move(request), std::move(feed));
}

template asio::awaitable<void> ServeEvents(std::shared_ptr<HttpConnection>, beast::tcp_stream&,
                                           http::request<http::string_body>,
                                           std::unique_ptr<EventFeed>);
template asio::awaitable<void> ServeEvents(std::shared_ptr<HttpConnection>, TlsStream&,
                                           http::request<http::string_body>,
                                           std::unique_ptr<EventFeed>);

}  // namespace continuo
