// SPDX-License-Identifier: Apache-2.0
#include "api/http_probe.h"

namespace continuo {

void HttpProbe::Register(MetricRegistry& registry) const {
  registry.AddGauge("continuo_http_connections", "HTTP connections that are open.", {},
                    connections);
  registry.AddGauge("continuo_http_event_streams", "WebSockets of room events that are open.", {},
                    event_streams);
  constexpr std::string_view kResponsesHelp = "HTTP responses by class of status.";
  registry.AddCounter("continuo_http_responses_total", kResponsesHelp, {{"class", "ok"}},
                      responses_ok);
  registry.AddCounter("continuo_http_responses_total", kResponsesHelp, {{"class", "client_error"}},
                      responses_client_error);
  registry.AddCounter("continuo_http_responses_total", kResponsesHelp, {{"class", "server_error"}},
                      responses_server_error);
  registry.AddCounter("continuo_http_refused_connections_total",
                      "HTTP connections closed at once because a cap was reached.", {},
                      refused_connections);
  registry.AddCounter("continuo_http_malformed_requests_total", "HTTP requests that do not parse.",
                      {}, malformed_requests);
  registry.AddCounter("continuo_http_failed_handshakes_total", "TLS handshakes that failed.", {},
                      failed_handshakes);
  registry.AddCounter("continuo_http_slow_consumers_total",
                      "Event streams dropped because their reader did not keep up.", {},
                      slow_consumers);
}

}  // namespace continuo
