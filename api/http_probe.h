// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"
#include "metrics/registry.h"

namespace continuo {

// What the HTTP side counts.
struct HttpProbe {
  Gauge connections;
  Gauge event_streams;
  Counter responses_ok;            // 1xx to 3xx
  Counter responses_client_error;  // 4xx
  Counter responses_server_error;  // 5xx
  Counter refused_connections;     // over a cap
  Counter malformed_requests;
  Counter failed_handshakes;
  Counter slow_consumers;  // event streams that were dropped

  void Register(MetricRegistry& registry) const;
};

}  // namespace continuo
