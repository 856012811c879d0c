// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/conference.h"
#include "api/control_loop.h"
#include "api/grpc_server.h"
#include "api/http_probe.h"
#include "api/http_server.h"
#include "api/invitations.h"
#include "api/metrics_server.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "crypto/certificate.h"
#include "crypto/signing_key.h"
#include "metrics/registry.h"
#include "server/conference_service.h"
#include "server/config.h"
#include "server/device_table.h"
#include "server/edge_shard.h"
#include "server/mixer_totals.h"
#include "server/room_store.h"
#include "server/self_test_runner.h"

namespace continuo {

// The whole edge, wired: state, keys, network shards, the conference, gRPC, pages and metrics. Made
// and run on the thread that becomes the control thread. A failure to start is one clear line.
class Continuod {
 public:
  // SIGINT and SIGTERM are blocked from here on, in this thread and in those that it starts.
  static Result<std::unique_ptr<Continuod>> Create(ServerConfig config);
  Continuod(const Continuod&) = delete;
  Continuod& operator=(const Continuod&) = delete;
  ~Continuod();

  // One line for the person at the terminal: where everything is.
  std::string ReadyLine() const;
  // Until SIGINT or SIGTERM.
  void Run();

 private:
  explicit Continuod(ServerConfig config);
  Status OpenState();
  Status FindDevices();
  Status StartMedia();
  Status StartControl();
  Status StartPages();
  Status WatchSignals();
  Result<std::vector<SocketAddress>> Candidates(uint16_t port) const;
  std::string PublicHost() const;
  void RegisterMetrics();

  ServerConfig config_;
  std::string mixer_program_;
  std::string public_url_;
  UniqueFd signals_;

  // Each uses those above it and is destroyed before them.
  MetricRegistry registry_;
  HttpProbe http_probe_;
  ConferenceProbe conference_probe_;
  MixerTotals mixer_totals_;
  std::unique_ptr<RoomStore> store_;
  std::optional<SigningKey> signing_key_;
  std::optional<Certificate> https_certificate_;
  std::optional<Certificate> dtls_certificate_;
  std::optional<Invitations> invitations_;
  ControlLoop loop_;
  std::unique_ptr<SelfTestRunner> self_tests_;
  std::unique_ptr<DeviceTable> devices_;
  std::unique_ptr<EdgeShard> shard_;
  std::unique_ptr<ConferenceService> conference_;
  std::unique_ptr<GrpcServer> grpc_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<MetricsServer> metrics_;
};

}  // namespace continuo
