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
  return AnswerLater(context, [answer = std::move(answer)](const Later& later) { later(answer); });
}

grpc::ServerUnaryReactor* GrpcCalls::AnswerLater(grpc::CallbackServerContext* context,
                                                 std::function<void(Later)> begin) {
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
  // The lambdas own the call, so while it waits its address is in nobody else's hands. They may run
  // after Stop(), and after this object is gone; both happen on the lambdas' own thread.
  const auto later = [this, alive = std::weak_ptr<int>(alive_), call](const auto& answer) {
    if (alive.expired() || !Claim(call.get())) return;
    call->reactor->Finish(call->context->IsCancelled() ? grpc::Status::CANCELLED : answer());
  };
  loop_.Post([this, alive = std::weak_ptr<int>(alive_), call, later, begin = std::move(begin)] {
    if (!alive.expired() && Waits(call.get())) begin(later);
  });
  return reactor;
}

bool GrpcCalls::Waits(Call* call) {
  const std::lock_guard lock(mutex_);
  return waiting_.contains(call);
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
