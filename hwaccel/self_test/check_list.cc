// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/check_list.h"

#include <cstdio>
#include <utility>

namespace continuo {
namespace {

// "12.5"
std::string Number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

}  // namespace

void CheckList::Begin(std::string name) {
  name_ = std::move(name);
  if (on_stage_) on_stage_(name_);
}

void CheckList::Measured(double figure, double at_least, std::string_view unit,
                         std::string detail) {
  const bool passed = figure >= at_least;
  if (!passed) {
    detail = Number(figure) + " " + std::string(unit) + ", not " + Number(at_least) +
             (detail.empty() ? "" : ": " + detail);
  }
  Add({name_, passed ? Verdict::kPassed : Verdict::kFailed, figure, at_least, std::string(unit),
       std::move(detail)});
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
