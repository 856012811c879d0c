// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "api/control_loop.h"
#include "api/event_stream.h"
#include "api/http_message.h"
#include "api/http_probe.h"
#include "base/result.h"

namespace continuo {

// What stands behind a listener. Called on the control thread.
class HttpApplication {
 public:
  virtual ~HttpApplication() = default;
  virtual void Handle(HttpRequest request, const HttpReply& reply) = 0;
  // A request to become a WebSocket: its feed, or the answer that refuses it.
  virtual tl::expected<std::unique_ptr<EventFeed>, HttpResponse> OpenEvents(
      const HttpRequest& request) = 0;
};

struct HttpListenerOptions {
  std::string address;  // numeric
  uint16_t port = 0;
  std::string certificate_file;  // PEM; empty: plain HTTP
  std::string private_key_file;
  std::string_view websocket_subprotocol;
  size_t max_connections = 64;
  size_t max_connections_per_address = 64;
};

// HTTP/1.1 on one address, with or without TLS: accepts, parses within bounds, hands requests to
// the application and writes its answers. Knows no path. The plain face of the only files that
// include Beast (http_connection.*, http_websocket.cc). Control thread; destroying it ends every
// connection at once, and the application is not called any more.
class HttpListener {
 public:
  static constexpr size_t kMaxHeaderBytes = 8 * 1024;
  static constexpr size_t kMaxBodyBytes = 64 * 1024;

  static Result<std::unique_ptr<HttpListener>> Start(ControlLoop& loop,
                                                     HttpApplication& application, HttpProbe& probe,
                                                     const HttpListenerOptions& options);
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;
  ~HttpListener();

  uint16_t port() const { return port_; }

 private:
  struct Core;
  HttpListener(std::unique_ptr<Core> core, uint16_t port);

  std::unique_ptr<Core> core_;
  uint16_t port_;
};

}  // namespace continuo
