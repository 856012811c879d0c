// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "api/control_loop.h"

namespace continuo {

// Carries unary calls from gRPC's threads to the control loop and their answers back. Each call is
// finished exactly once: by its answer, or by Stop(), after which no answer is asked for any more.
// An answer is made once the call is known to be there, so it may fill in the response.
class GrpcCalls {
 public:
  explicit GrpcCalls(ControlLoop& loop) : loop_(loop) {}
  GrpcCalls(const GrpcCalls&) = delete;
  GrpcCalls& operator=(const GrpcCalls&) = delete;

  // From any thread. Runs `answer` on the control loop, unless the caller has given up by then.
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                   std::function<grpc::Status()> answer);
  // The same for what takes its time: `begin` runs on the control loop and is given a function to
  // hand the answer to, there, now or later. That function may outlive the call and this object.
  using Later = std::function<void(std::function<grpc::Status()> answer)>;
  grpc::ServerUnaryReactor* AnswerLater(grpc::CallbackServerContext* context,
                                        std::function<void(Later)> begin);
  // Ends what waits with UNAVAILABLE. On the control thread, or when the loop has ended.
  void Stop();

 private:
  struct Call {
    grpc::CallbackServerContext* context;
    grpc::ServerUnaryReactor* reactor;
  };
  bool Waits(Call* call);
  // Takes the right, and the duty, to finish the call.
  bool Claim(Call* call);

  ControlLoop& loop_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::unordered_set<Call*> waiting_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace continuo
