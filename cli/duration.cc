// SPDX-License-Identifier: Apache-2.0
#include "cli/duration.h"

#include <charconv>
#include <cstdint>
#include <string>

namespace continuo {
namespace {

constexpr int64_t kMaxSeconds = int64_t{100} * 366 * 24 * 3600;

int64_t SecondsIn(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 24 * 3600;
    case 'w':
      return 7 * 24 * 3600;
    default:
      return 0;
  }
}

}  // namespace

Result<TimeDelta> ParseDuration(std::string_view text) {
  const auto wrong = [&] {
    return Fail(ErrorCode::kInvalidArgument, "Not a duration (try 45m, 8h, 7d or 1d12h)",
                std::string(text));
  };
  int64_t total = 0;
  int64_t last_unit = INT64_MAX;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (at != end) {
    int64_t count = 0;
    const auto [unit_at, error] = std::from_chars(at, end, count);
    if (error != std::errc() || unit_at == end || count < 0) return wrong();
    const int64_t unit = SecondsIn(*unit_at);
    if (unit == 0 || unit >= last_unit || count > kMaxSeconds / unit) return wrong();
    total += count * unit;
    if (total > kMaxSeconds) return wrong();
    last_unit = unit;
    at = unit_at + 1;
  }
  if (total == 0) return wrong();
  return TimeDelta::Seconds(total);
}

}  // namespace continuo
