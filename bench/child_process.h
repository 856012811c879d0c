// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace continuo {

// What the kernel says a program has used, from its start to its end, all threads.
struct ChildUsage {
  double cpu_seconds = 0;  // user and system
  double peak_mib = 0;     // resident
};

// Runs a program (found on PATH) to its end. Its stdout goes to `on_output`, in pieces of any size,
// or nowhere; its stderr is ours. kUnavailable when it cannot be started, kInternal when it fails.
Result<ChildUsage> RunChild(const std::vector<std::string>& command,
                            const std::function<void(ByteView)>& on_output = {});

}  // namespace continuo
