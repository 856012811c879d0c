// SPDX-License-Identifier: Apache-2.0
#include "server/self_test_runner.h"

#include <mutex>
#include <thread>
#include <utility>

namespace continuo {

// Where a test's thread leaves what it found, as long as somebody is there to take it.
struct SelfTestRunner::Mailbox {
  explicit Mailbox(ControlLoop& control, SelfTestRunner* owner) : loop(control), runner(owner) {}

  std::mutex mutex;
  ControlLoop& loop;       // used under the mutex, while there is a runner
  SelfTestRunner* runner;  // under the mutex; null once it is gone
};

SelfTestRunner::SelfTestRunner(ControlLoop& loop, Blocking self_test)
    : self_test_(std::move(self_test)), mailbox_(std::make_shared<Mailbox>(loop, this)) {}

SelfTestRunner::~SelfTestRunner() {
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->runner = nullptr;
}

void SelfTestRunner::Run(const DeviceSpec& spec, Done done) {
  waiting_.push_back({spec, std::move(done)});
  if (waiting_.size() == 1) StartNext();
}

void SelfTestRunner::StartNext() {
  std::thread([mailbox = mailbox_, self_test = self_test_, spec = waiting_.front().spec] {
    auto result = self_test(spec);
    const std::lock_guard lock(mailbox->mutex);
    if (mailbox->runner == nullptr) return;
    mailbox->loop.Post([mailbox, result = std::move(result)]() mutable {
      // On the control thread, as the runner's end.
      if (mailbox->runner != nullptr) mailbox->runner->OnTested(std::move(result));
    });
  }).detach();
}

void SelfTestRunner::OnTested(Result<SelfTestReport> result) {
  const Waiting tested = std::move(waiting_.front());
  waiting_.pop_front();
  if (!waiting_.empty()) StartNext();
  tested.done(std::move(result));
}

}  // namespace continuo
