// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "api/event_stream.h"
#include "api/http_listener.h"

namespace continuo {

class HttpConnection;
using TlsStream = boost::asio::ssl::stream<boost::beast::tcp_stream&>;

// What the connections of one listener share. Connections may outlive the listener for as long as
// their coroutines take to notice; then `application` and `probe` are null.
struct HttpConnections {
  HttpApplication* application = nullptr;
  HttpProbe* probe = nullptr;
  std::shared_ptr<boost::asio::ssl::context> tls;  // null: plain HTTP
  std::string websocket_subprotocol;
  std::unordered_set<HttpConnection*> open;
  std::map<boost::asio::ip::address, size_t> per_address;
};

// One accepted TCP connection and its place in the count. Kept alive by the coroutine that serves
// it.
class HttpConnection {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, boost::asio::ip::address peer,
                 std::shared_ptr<HttpConnections> shared);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection();

  // Reads requests and writes answers until either side has enough.
  static boost::asio::awaitable<void> Serve(std::shared_ptr<HttpConnection> self);

  // Whatever is in flight fails.
  void Abort();

  boost::beast::tcp_stream& tcp() { return tcp_; }
  HttpConnections& shared() { return *shared_; }

 private:
  template <class Stream>
  static boost::asio::awaitable<void> ServeRequests(std::shared_ptr<HttpConnection> self,
                                                    Stream& stream);

  boost::beast::tcp_stream tcp_;
  std::optional<TlsStream> tls_;
  const boost::asio::ip::address peer_;
  const std::shared_ptr<HttpConnections> shared_;
};

// In http_websocket.cc, for tcp_stream and TlsStream: completes the WebSocket handshake and runs
// the feed until the stream has ended.
template <class Stream>
boost::asio::awaitable<void> ServeEvents(
    std::shared_ptr<HttpConnection> connection, Stream& stream,
    boost::beast::http::request<boost::beast::http::string_body> request,
    std::unique_ptr<EventFeed> feed);

}  // namespace continuo
