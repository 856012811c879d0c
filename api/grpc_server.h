// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "api/conference.h"
#include "api/control_loop.h"
#include "api/invitations.h"
#include "base/result.h"

namespace continuo {

struct GrpcServerOptions {
  // "unix:PATH" and nothing else: this gRPC falls to unauthenticated HTTP/2 resets, so it is never
  // put on a network.
  std::string address = "unix:./state/control.sock";
  // What invitations' addresses begin with, such as "https://10.0.0.5:8443".
  std::string public_url;
};

// The operator's control plane: continuo.v1 over gRPC (api/proto), with health and reflection.
// gRPC's threads only carry: every call is posted to the control loop, answered there, and touches
// the Conference nowhere else. Whoever may open the socket (mode 0600) may do everything. A socket
// that a dead server left behind is replaced; a live one is an error.
class GrpcServer {
 public:
  static Result<std::unique_ptr<GrpcServer>> Start(ControlLoop& loop, Conference& conference,
                                                   const Invitations& invitations,
                                                   GrpcServerOptions options);
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;
  // Ends every call with UNAVAILABLE and waits for gRPC's threads, not for the loop: it may run on
  // the control thread or after the loop has ended. The loop and the Conference must still exist.
  ~GrpcServer();

 private:
  struct Core;
  explicit GrpcServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace continuo
