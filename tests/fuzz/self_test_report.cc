// SPDX-License-Identifier: Apache-2.0
// What a process with a driver in it said of itself: whatever that is, what is kept is bounded and
// printable, and means the same when it is written and read again.
#include "hwaccel/choice/self_test_report.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "hwaccel/choice/printable_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace continuo;
  const auto report = SelfTestReportFromJson({reinterpret_cast<const char*>(data), size});
  if (!report) return 0;
  const bool failed = std::ranges::any_of(
      report->checks, [](const auto& check) { return check.verdict == Verdict::kFailed; });
  CONTINUO_CHECK(!report->passed || (report->error.empty() && !failed));
  CONTINUO_CHECK(ReasonOf(*report).empty() == report->passed);
  for (const std::string& text : {report->device, report->driver, report->error, report->blend}) {
    CONTINUO_CHECK(PrintableText(text) == text);
  }
  const std::string json = ToJson(*report);
  CONTINUO_CHECK(json.find('\n') == json.npos);
  if (json.size() <= kMaxSelfTestJson) CONTINUO_CHECK(SelfTestReportFromJson(json) == report);
  return 0;
}
