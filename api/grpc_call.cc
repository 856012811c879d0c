// SPDX-License-Identifier: Apache-2.0
#include "api/grpc_call.h"

#include <utility>

namespace continuo {
namespace {

const grpc::Status& Stopping() {
  static const grpc::Status status(grpc::StatusCode::UNAVAILABLE, "The server is stopping.");
  return status;
}

}  // namespace

grpc::ServerUnaryReactor* GrpcCalls::Answer(grpc::CallbackServerContext* context,
                                            std::function<grpc::Status()> answer) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto call = std::make_shared<Call>(Call{context, reactor});
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      reactor->Finish(Stopping());
      return reactor;
    }
    waiting_.insert(call.get());
  }
  // The lambda owns the call, so while it waits its address is in nobody else's hands. It may run
  // after Stop(), and after this object is gone; both happen on the lambda's own thread.
  loop_.Post([this, alive = std::weak_ptr<int>(alive_), call, answer = std::move(answer)] {
    if (alive.expired() || !Claim(call.get())) return;
    call->reactor->Finish(call->context->IsCancelled() ? grpc::Status::CANCELLED : answer());
  });
  return reactor;
}

bool GrpcCalls::Claim(Call* call) {
  const std::lock_guard lock(mutex_);
  return waiting_.erase(call) > 0;
}

void GrpcCalls::Stop() {
  std::unordered_set<Call*> waiting;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    waiting.swap(waiting_);
  }
  for (Call* call : waiting) call->reactor->Finish(Stopping());
}

}  // namespace continuo
