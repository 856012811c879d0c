// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "api/control_loop.h"
#include "base/result.h"
#include "hwaccel/choice/device_spec.h"
#include "hwaccel/choice/self_test_report.h"

namespace continuo {

// Runs self-tests beside the control thread, one after the other so that none disturbs another's
// figures, each on a thread of its own. Control thread only. A test that is under way when this is
// destroyed is left to itself, for a driver may hold it for as long as its deadline: its thread
// touches nothing of ours any more, and what it found is dropped.
class SelfTestRunner {
 public:
  // Blocks until the device has been tested; any thread. Owns whatever it needs.
  using Blocking = std::function<Result<SelfTestReport>(const DeviceSpec&)>;
  using Done = std::function<void(Result<SelfTestReport>)>;

  SelfTestRunner(ControlLoop& loop, Blocking self_test);
  ~SelfTestRunner();
  SelfTestRunner(const SelfTestRunner&) = delete;
  SelfTestRunner& operator=(const SelfTestRunner&) = delete;

  void Run(const DeviceSpec& spec, Done done);

 private:
  struct Waiting {
    DeviceSpec spec;
    Done done;
  };
  struct Mailbox;

  void StartNext();
  void OnTested(Result<SelfTestReport> result);

  const Blocking self_test_;
  const std::shared_ptr<Mailbox> mailbox_;  // shared with the thread, which may outlive this
  std::deque<Waiting> waiting_;             // the first is under way
};

}  // namespace continuo
