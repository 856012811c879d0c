// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "api/control_loop.h"
#include "api/http_probe.h"
#include "base/result.h"
#include "metrics/registry.h"

namespace continuo {

// `GET /metrics` in plain HTTP, for a private address that only the monitoring system reaches, and
// `GET /healthz`. A listener of its own, so that the public one never serves metrics. Runs on the
// control loop; destroyed there or once the loop has ended.
class MetricsServer {
 public:
  static Result<std::unique_ptr<MetricsServer>> Start(ControlLoop& loop,
                                                      const MetricRegistry& registry,
                                                      HttpProbe& probe, const std::string& address,
                                                      uint16_t port);
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;
  ~MetricsServer();

  uint16_t port() const;

 private:
  struct Core;
  explicit MetricsServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace continuo
