// SPDX-License-Identifier: Apache-2.0
#include "server/continuod.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <filesystem>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/init.h"
#include "hwaccel/choice/self_test_process.h"
#include "transport/udp/local_addresses.h"

namespace continuo {
namespace {

// A test takes seconds; in software, on a busy machine, half a minute.
constexpr TimeDelta kSelfTestDeadline = TimeDelta::Seconds(60);

// All of ours that touches the disk is for our eyes only.
Status MakeStateDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error && access(path.c_str(), W_OK | X_OK) == 0) {
    chmod(path.c_str(), 0700);
    return {};
  }
  if (error) errno = error.value();
  return FailErrno(ErrorCode::kUnavailable, "cannot write to the state directory", path);
}

std::string OwnDirectory() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string(".") : self.parent_path().string();
}

std::string HostName() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

std::string Bracketed(const SocketAddress& address) {
  return address.IsIpv4() ? address.IpToString() : "[" + address.IpToString() + "]";
}

}  // namespace

Continuod::Continuod(ServerConfig config) : config_(std::move(config)) {}
Continuod::~Continuod() = default;

Result<std::unique_ptr<Continuod>> Continuod::Create(ServerConfig config) {
  std::unique_ptr<Continuod> server(new Continuod(std::move(config)));
  for (const auto step :
       {&Continuod::WatchSignals, &Continuod::OpenState, &Continuod::FindDevices,
        &Continuod::StartMedia, &Continuod::StartControl, &Continuod::StartPages}) {
    if (auto done = (server.get()->*step)(); !done) return tl::unexpected(done.error());
  }
  return server;
}

Status Continuod::WatchSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signals_.Reset(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) return FailErrno(ErrorCode::kUnavailable, "cannot watch for signals");
  return loop_.WatchReadable(signals_.get(), [this] { loop_.Stop(); });
}

Status Continuod::OpenState() {
  if (auto ready = InitCrypto(); !ready) return ready;
  if (auto made = MakeStateDirectory(config_.state_dir); !made) return made;
  mixer_program_ = config_.mixer.empty() ? OwnDirectory() + "/continuo-mixer" : config_.mixer;
  if (access(mixer_program_.c_str(), X_OK) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "the mixer program cannot be run", mixer_program_);
  }
  auto store = RoomStore::Open(config_.state_dir + "/rooms.db");
  if (!store) return tl::unexpected(store.error());
  store_ = std::move(*store);
  auto key = SigningKey::LoadOrCreate(config_.state_dir + "/identity.key");
  if (!key) return tl::unexpected(key.error());
  signing_key_ = std::move(*key);
  invitations_.emplace(*signing_key_);
  auto dtls = Certificate::MakeForDtls(UnixSeconds());
  if (!dtls) return tl::unexpected(dtls.error());
  dtls_certificate_ = std::move(*dtls);
  return {};
}

// Which devices there are. What they are good for is found out while the server runs already.
Status Continuod::FindDevices() {
  self_tests_ =
      std::make_unique<SelfTestRunner>(loop_, [mixer = mixer_program_](const DeviceSpec& spec) {
        return RunSelfTest(mixer, spec, kSelfTestDeadline);
      });
  devices_ = std::make_unique<DeviceTable>(
      WishesOf(config_.device),
      [this](const DeviceSpec& spec, std::function<void(Result<SelfTestReport>)> done) {
        self_tests_->Run(spec, std::move(done));
      });
  return {};
}

Result<std::vector<SocketAddress>> Continuod::Candidates(uint16_t port) const {
  std::vector<SocketAddress> addresses = config_.advertise;
  if (addresses.empty() && !config_.udp.IsUnspecified()) addresses = {config_.udp};
  if (addresses.empty()) return LocalAddresses(port, Loopback::kIfNothingElse);
  for (SocketAddress& address : addresses) address = address.WithPort(port);
  return addresses;
}

Status Continuod::StartMedia() {
  ConferenceService::Options options;
  options.mixer_program = mixer_program_;
  options.device_deadline = config_.device_deadline;
  options.dtls_fingerprint = dtls_certificate_->fingerprint();
  conference_ = std::make_unique<ConferenceService>(loop_, options, *store_, *devices_,
                                                    mixer_totals_, conference_probe_);
  auto shard = EdgeShard::Start({ShardIndex(0), config_.udp, PortSharing::kExclusive},
                                *dtls_certificate_, loop_, conference_->observer());
  if (!shard) return tl::unexpected(shard.error());
  shard_ = std::move(*shard);
  auto candidates = Candidates(shard_->local_address().port());
  if (!candidates) return tl::unexpected(candidates.error());
  conference_->UseShards({shard_.get()}, std::move(*candidates));
  return conference_->LoadRooms();
}

std::string Continuod::PublicHost() const {
  if (!config_.advertise.empty()) return Bracketed(config_.advertise.front());
  if (!config_.http.IsUnspecified()) return Bracketed(config_.http);
  const auto local = LocalAddresses(0, Loopback::kIfNothingElse);
  return local && !local->empty() ? Bracketed(local->front()) : "localhost";
}

Status Continuod::StartPages() {
  HttpServerOptions options;
  options.address = config_.http.IpToString();
  options.port = config_.http.port();
  if (config_.http_scheme == HttpScheme::kHttps) {
    std::vector<std::string> hosts{HostName()};
    const auto local = LocalAddresses(0, Loopback::kInclude);
    for (const SocketAddress& address : config_.advertise) hosts.push_back(address.IpToString());
    if (local) {
      for (const SocketAddress& address : *local) hosts.push_back(address.IpToString());
    }
    const std::string file = config_.state_dir + "/https.pem";
    auto certificate = Certificate::LoadOrMakeForHttps(file, hosts, UnixSeconds());
    if (!certificate) return tl::unexpected(certificate.error());
    https_certificate_ = std::move(*certificate);
    options.certificate_file = options.private_key_file = file;
  }
  auto http = HttpServer::Start(loop_, *conference_, *invitations_, http_probe_, options);
  if (!http) return tl::unexpected(http.error());
  http_ = std::move(*http);
  public_url_ = (config_.http_scheme == HttpScheme::kHttps ? "https://" : "http://") +
                PublicHost() + ":" + std::to_string(http_->port());

  auto grpc = GrpcServer::Start(loop_, *conference_, *invitations_,
                                {"unix:" + config_.control, public_url_});
  if (!grpc) return tl::unexpected(grpc.error());
  grpc_ = std::move(*grpc);
  return {};
}

Status Continuod::StartControl() {
  RegisterMetrics();
  auto metrics = MetricsServer::Start(loop_, registry_, http_probe_, config_.metrics.IpToString(),
                                      config_.metrics.port());
  if (!metrics) {
    Error error = metrics.error();
    return Fail(error.code, "cannot serve metrics", ToString(error));
  }
  metrics_ = std::move(*metrics);
  return {};
}

void Continuod::RegisterMetrics() {
  http_probe_.Register(registry_);
  conference_probe_.Register(registry_);
  conference_->RegisterRooms(registry_);
  devices_->Register(registry_);
  mixer_totals_.Register(registry_);
  shard_->Register(registry_);
  registry_.AddGaugeCallback("continuo_build_info", "Always 1; the version is a label.",
                             {{"version", CONTINUO_VERSION}}, [] { return 1.0; });
}

std::string Continuod::ReadyLine() const {
  return "continuod is ready: pages " + public_url_ + ", media udp port " +
         std::to_string(shard_->local_address().port()) + ", metrics http://" +
         Bracketed(config_.metrics) + ":" + std::to_string(metrics_->port()) +
         "/metrics, control unix:" + config_.control;
}

void Continuod::Run() {
  LogInfo("server.started", {{"version", CONTINUO_VERSION}});
  // The CPU is one.
  if (config_.device.automatic && devices_->Views().size() == 1) {
    LogInfo("device.none", {{"used", "cpu"}});
  }
  devices_->TestAll();
  loop_.Run();
  LogInfo("server.stopping");
}

}  // namespace continuo
