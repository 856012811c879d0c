// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/check_list.h"

#include <utility>

namespace continuo {

void CheckList::Begin(std::string name) {
  name_ = std::move(name);
  if (on_stage_) on_stage_(name_);
}

void CheckList::Measured(double figure, double at_least, std::string_view unit,
                         std::string detail) {
  Add({name_, figure >= at_least ? Verdict::kPassed : Verdict::kFailed, figure, at_least,
       std::string(unit), std::move(detail)});
}

void CheckList::Failed(std::string why) {
  Add({name_, Verdict::kFailed, 0, 0, {}, std::move(why)});
}

void CheckList::Failed(const Error& error) {
  Failed(ToString(error));
  if (error.code == ErrorCode::kDeviceFailed) report_.error = name_ + ": " + ToString(error);
}

void CheckList::Skipped(std::string why) {
  Add({name_, Verdict::kSkipped, 0, 0, {}, std::move(why)});
}

void CheckList::Add(SelfTestCheck check) { report_.checks.push_back(std::move(check)); }

}  // namespace continuo
