// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

enum class Verdict : uint8_t { kPassed, kFailed, kSkipped };
std::string_view ToString(Verdict verdict);  // "passed", "failed", "skipped"

// One thing that was tried on a device.
struct SelfTestCheck {
  std::string name;  // "decode h264", "compose 4 tiles"
  Verdict verdict = Verdict::kSkipped;
  double figure = 0;    // what was measured; 0 when there is nothing to measure
  double at_least = 0;  // what it had to reach
  std::string unit;     // "dB", "frames", …
  std::string detail;   // why it failed or was skipped; else may be empty
  friend bool operator==(const SelfTestCheck&, const SelfTestCheck&) = default;
};

// What a device's self-test found. It passed when it came to its end and nothing failed.
struct SelfTestReport {
  std::string device;   // its spec
  std::string backend;  // "vaapi"
  std::string path;
  std::string driver;  // what it says of itself
  bool passed = false;
  std::string error;                 // why the test ended early; empty when it didn't
  std::vector<std::string> decodes;  // "h264 up to 4096x4096"
  std::vector<std::string> encodes;
  std::string canvas;  // the largest, "4096x4096"; empty: it cannot compose
  int layers_per_pass = 0;
  std::string blend;  // "per pixel", or "on the CPU"
  int64_t duration_ms = 0;
  std::vector<SelfTestCheck> checks;
  friend bool operator==(const SelfTestReport&, const SelfTestReport&) = default;
};

// In one line, for a person: why it is not used. Empty when it passed.
std::string ReasonOf(const SelfTestReport& report);

// One JSON object on one line, and back. What comes back is from another process, whose driver may
// have lost its mind: sizes are bounded, and texts are printable UTF-8. Nothing when it is no such
// object.
inline constexpr size_t kMaxSelfTestJson = 64 * 1024;
std::string ToJson(const SelfTestReport& report);
std::optional<SelfTestReport> SelfTestReportFromJson(std::string_view json);

}  // namespace continuo
