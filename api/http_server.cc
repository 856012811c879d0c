// SPDX-License-Identifier: Apache-2.0
#include "api/http_server.h"

#include <boost/asio/ip/address.hpp>
#include <utility>

#include "api/http_listener.h"
#include "api/http_router.h"
#include "api/page_endpoint.h"
#include "api/room_events.h"
#include "api/session_endpoint.h"
#include "api/session_table.h"
#include "base/clock.h"

namespace continuo {

struct HttpServer::Core : HttpApplication {
  Core(Conference& conference, const Invitations& invitations)
      : sessions(conference),
        endpoint(conference, invitations, sessions, UnixSeconds),
        events(conference, invitations, sessions, UnixSeconds) {
    AddPageRoutes(router);
    endpoint.AddRoutes(router);
    router.Add(HttpMethod::kGet, "/rooms/{room}/events",
               [](const HttpRequest&, const HttpReply& reply) {
                 HttpResponse response = PlainResponse(426, "This address is a WebSocket.");
                 response.headers.emplace_back("Upgrade", "websocket");
                 reply(std::move(response));
               });
  }

  void Handle(HttpRequest request, const HttpReply& reply) override {
    router.Handle(std::move(request), reply);
  }
  tl::expected<std::unique_ptr<EventFeed>, HttpResponse> OpenEvents(
      const HttpRequest& request) override {
    return events.Open(request);
  }

  HttpRouter router;
  SessionTable sessions;
  SessionEndpoint endpoint;
  RoomEvents events;
  std::unique_ptr<HttpListener> listener;  // last: goes first
};

Result<std::unique_ptr<HttpServer>> HttpServer::Start(ControlLoop& loop, Conference& conference,
                                                      const Invitations& invitations,
                                                      HttpProbe& probe,
                                                      const HttpServerOptions& options) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(options.address, error);
  if (options.certificate_file.empty() != options.private_key_file.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "HTTPS needs both a certificate and its private key");
  }
  if (!error && !address.is_loopback() && options.certificate_file.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "Plain HTTP is only for loopback addresses; HTTPS needs a certificate",
                options.address);
  }
  auto core = std::make_unique<Core>(conference, invitations);
  auto listener = HttpListener::Start(
      loop, *core, probe,
      {options.address, options.port, options.certificate_file, options.private_key_file,
       RoomEvents::kSubprotocol, options.max_connections, options.max_connections_per_address});
  if (!listener) return tl::unexpected(listener.error());
  core->listener = std::move(*listener);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

HttpServer::HttpServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}

HttpServer::~HttpServer() = default;

uint16_t HttpServer::port() const { return core_->listener->port(); }

}  // namespace continuo
