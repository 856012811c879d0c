// SPDX-License-Identifier: Apache-2.0
#include "api/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string_view>
#include <utility>

#include "api/device_service.h"
#include "api/participant_service.h"
#include "api/room_service.h"
#include "api/unix_socket.h"

namespace continuo {
namespace {

constexpr std::string_view kScheme = "unix:";
constexpr int kMaxRequestBytes = 64 * 1024;
constexpr int kMaxConcurrentStreams = 128;
constexpr auto kShutdownGrace = std::chrono::seconds(1);

}  // namespace

struct GrpcServer::Core {
  Core(ControlLoop& loop, Conference& conference, const Invitations& invitations,
       const std::string& public_url)
      : calls(loop),
        rooms(loop, conference, invitations, calls, public_url),
        participants(conference, calls),
        devices(conference, calls) {}

  GrpcCalls calls;
  RoomService rooms;
  ParticipantService participants;
  DeviceService devices;
  std::string path;
  std::unique_ptr<grpc::Server> server;
};

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(ControlLoop& loop, Conference& conference,
                                                      const Invitations& invitations,
                                                      GrpcServerOptions options) {
  if (!options.address.starts_with(kScheme)) {
    return Fail(ErrorCode::kUnsupported, "The control address must be unix:PATH", options.address);
  }
  const std::string path = options.address.substr(kScheme.size());
  const Status cleared = ClearStaleSocket(path);
  if (!cleared) return tl::unexpected(cleared.error());
  while (options.public_url.ends_with('/')) options.public_url.pop_back();

  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  auto core = std::make_unique<Core>(loop, conference, invitations, options.public_url);
  core->path = path;
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams);
  builder.RegisterService(&core->rooms);
  builder.RegisterService(&core->participants);
  builder.RegisterService(&core->devices);
  int bound = 0;
  builder.AddListeningPort(options.address, grpc::InsecureServerCredentials(), &bound);
  // So that the socket is nobody else's from its first moment.
  const mode_t before = ::umask(0177);
  core->server = builder.BuildAndStart();
  ::umask(before);
  if (!core->server || bound == 0) {
    return Fail(ErrorCode::kUnavailable,
                "Cannot listen on the control socket (does its directory exist?)", path);
  }
  if (::chmod(path.c_str(), 0600) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "Cannot protect the control socket", path);
  }
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(core)));
}

GrpcServer::GrpcServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}

GrpcServer::~GrpcServer() {
  core_->calls.Stop();
  core_->rooms.Stop();
  core_->server->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
  core_->server->Wait();
  ::unlink(core_->path.c_str());
}

}  // namespace continuo
