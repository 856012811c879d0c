// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace continuo {

// A span as people type it: "90s", "45m", "8h", "7d", "2w", or several, the largest first: "1d12h".
Result<TimeDelta> ParseDuration(std::string_view text);

}  // namespace continuo
