// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "hwaccel/choice/self_test_report.h"
#include "hwaccel/self_test/self_test.h"

namespace continuo {

// Writes a self-test's findings into its report, in the order in which things are tried. One thing
// at a time: Begin(), then what came of it.
class CheckList {
 public:
  CheckList(SelfTestReport& report, const OnSelfTestStage& on_stage)
      : report_(report), on_stage_(on_stage) {}

  void Begin(std::string name);
  // Passed when the figure reaches the threshold. `detail` goes with it either way.
  void Measured(double figure, double at_least, std::string_view unit, std::string detail);
  void Failed(std::string why);
  void Failed(const Error& error);
  void Skipped(std::string why);
  // The device is of no more use: nothing else is worth trying.
  bool over() const { return !report_.error.empty(); }

 private:
  void Add(SelfTestCheck check);

  SelfTestReport& report_;
  const OnSelfTestStage& on_stage_;
  std::string name_;
};

}  // namespace continuo
