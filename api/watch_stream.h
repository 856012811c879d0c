// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "continuo/v1/rooms.pb.h"

namespace continuo {

// The sending end of one WatchRoom call. Policy KeepLatest: while one state is under way to a slow
// reader, only the newest one after it is kept. Any thread; shared by the control loop, which
// sends, and by gRPC's reactor, which ends when the call does. Finished once, by whoever comes
// first.
class WatchStream {
 public:
  // `on_end` is called once, on one of gRPC's threads, when the call is over or the client has
  // left.
  static std::shared_ptr<WatchStream> Start(std::function<void()> on_end);
  // What the service's handler returns. Owned by gRPC.
  grpc::ServerWriteReactor<v1::WatchRoomResponse>* reactor();

  void Send(v1::WatchRoomResponse message);
  // After what was sent last.
  void Finish(const grpc::Status& status);

 private:
  class Reactor;

  WatchStream() = default;
  void WriteDone(bool ok);
  void CallDone();
  void Next();  // mutex_ held

  std::mutex mutex_;
  Reactor* reactor_ = nullptr;  // null once the call is over
  std::optional<v1::WatchRoomResponse> next_;
  v1::WatchRoomResponse current_;
  std::optional<grpc::Status> last_;
  bool writing_ = false;
  bool finished_ = false;
};

}  // namespace continuo
