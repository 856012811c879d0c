// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "hwaccel/choice/device_spec.h"
#include "hwaccel/choice/self_test_report.h"

namespace continuo {

// Has `mixer_program` (continuo-mixer) test one device in a process of its own, where its driver
// may crash, hang or talk nonsense, and waits for the verdict, for `deadline` and the moment that
// it takes to end a process. Whatever became of the test, there is a report that says so, and the
// process and all that it started are gone; only a kernel that does not let go of it keeps one. An
// error is of this process: it has no descriptor left, say. For any thread that may block.
Result<SelfTestReport> RunSelfTest(const std::string& mixer_program, const DeviceSpec& spec,
                                   TimeDelta deadline);

// What the program is started with, before the spec and after it; then it says on standard output
// what it is about to try, a line each with this before it, and its report on a line of its own.
inline constexpr std::string_view kSelfTestFlag = "--self-test";
inline constexpr std::string_view kSelfTestStagesFlag = "--stages";
inline constexpr std::string_view kSelfTestStagePrefix = "at ";

}  // namespace continuo
