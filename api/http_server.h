// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "api/conference.h"
#include "api/control_loop.h"
#include "api/http_probe.h"
#include "api/invitations.h"
#include "base/result.h"

namespace continuo {

struct HttpServerOptions {
  std::string address = "127.0.0.1";  // numeric; "::" is every IPv6 and IPv4 address
  uint16_t port = 8443;               // 0: any free one, see HttpServer::port()
  // PEM files. Both empty: plain HTTP, which is refused unless `address` is a loopback address.
  std::string certificate_file;
  std::string private_key_file;
  size_t max_connections = 1024;
  size_t max_connections_per_address = 256;  // a whole site may sit behind one address
};

// What browsers talk to: the join page and its files, sessions by WHIP's HTTP rules (RFC 9725) and
// the WebSocket of room events. Media never passes here. Runs on the control loop; hostile bytes
// are bounded (8 KiB of header, 64 KiB of body, seconds per message) and counted in `probe`.
// Stopped by destruction, on the control thread or once the loop has ended. The arguments taken by
// reference must outlive it.
class HttpServer {
 public:
  static Result<std::unique_ptr<HttpServer>> Start(ControlLoop& loop, Conference& conference,
                                                   const Invitations& invitations, HttpProbe& probe,
                                                   const HttpServerOptions& options);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  uint16_t port() const;

 private:
  struct Core;
  explicit HttpServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace continuo
