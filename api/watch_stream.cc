// SPDX-License-Identifier: Apache-2.0
#include "api/watch_stream.h"

#include <utility>

namespace continuo {

class WatchStream::Reactor : public grpc::ServerWriteReactor<v1::WatchRoomResponse> {
 public:
  Reactor(std::shared_ptr<WatchStream> stream, std::function<void()> on_end)
      : stream_(std::move(stream)), on_end_(std::move(on_end)) {}

  void OnWriteDone(bool ok) override { stream_->WriteDone(ok); }
  void OnCancel() override { stream_->Finish(grpc::Status::CANCELLED); }
  void OnDone() override {
    stream_->CallDone();
    on_end_();
    delete this;
  }

 private:
  const std::shared_ptr<WatchStream> stream_;
  const std::function<void()> on_end_;
};

std::shared_ptr<WatchStream> WatchStream::Start(std::function<void()> on_end) {
  std::shared_ptr<WatchStream> stream(new WatchStream());
  stream->reactor_ = new Reactor(stream, std::move(on_end));
  return stream;
}

grpc::ServerWriteReactor<v1::WatchRoomResponse>* WatchStream::reactor() { return reactor_; }

void WatchStream::Send(v1::WatchRoomResponse message) {
  const std::lock_guard lock(mutex_);
  if (last_ || reactor_ == nullptr) return;
  next_ = std::move(message);
  Next();
}

void WatchStream::Finish(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  if (last_ || reactor_ == nullptr) return;
  last_ = status;
  // Somebody who is still waited for gets the last state; somebody who left does not.
  if (!status.ok()) next_.reset();
  Next();
}

void WatchStream::WriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  if (!ok) {
    next_.reset();
    if (!last_) last_ = grpc::Status::CANCELLED;
  }
  Next();
}

void WatchStream::CallDone() {
  const std::lock_guard lock(mutex_);
  reactor_ = nullptr;
}

void WatchStream::Next() {
  if (writing_ || finished_) return;
  if (next_) {
    writing_ = true;
    current_ = std::move(*next_);
    next_.reset();
    reactor_->StartWrite(&current_);
  } else if (last_) {
    finished_ = true;
    reactor_->Finish(*last_);
  }
}

}  // namespace continuo
