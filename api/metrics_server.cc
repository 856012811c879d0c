// SPDX-License-Identifier: Apache-2.0
#include "api/metrics_server.h"

#include <utility>

#include "api/http_listener.h"
#include "api/http_router.h"

namespace continuo {

struct MetricsServer::Core : HttpApplication {
  explicit Core(const MetricRegistry& registry) {
    router.Add(HttpMethod::kGet, "/metrics",
               [&registry](const HttpRequest&, const HttpReply& reply) {
                 reply({200,
                        {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                         {"Cache-Control", "no-store"}},
                        registry.Serialize()});
               });
    router.Add(HttpMethod::kGet, "/healthz",
               [](const HttpRequest&, const HttpReply& reply) { reply(PlainResponse(200, "ok")); });
  }

  void Handle(HttpRequest request, const HttpReply& reply) override {
    router.Handle(std::move(request), reply);
  }
  tl::expected<std::unique_ptr<EventFeed>, HttpResponse> OpenEvents(const HttpRequest&) override {
    return tl::unexpected(PlainResponse(404, "There is nothing at this address."));
  }

  HttpRouter router;
  std::unique_ptr<HttpListener> listener;
};

Result<std::unique_ptr<MetricsServer>> MetricsServer::Start(ControlLoop& loop,
                                                            const MetricRegistry& registry,
                                                            HttpProbe& probe,
                                                            const std::string& address,
                                                            uint16_t port) {
  auto core = std::make_unique<Core>(registry);
  auto listener = HttpListener::Start(loop, *core, probe, {address, port, {}, {}, {}});
  if (!listener) return tl::unexpected(listener.error());
  core->listener = std::move(*listener);
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(core)));
}

MetricsServer::MetricsServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}

MetricsServer::~MetricsServer() = default;

uint16_t MetricsServer::port() const { return core_->listener->port(); }

}  // namespace continuo
