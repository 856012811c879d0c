// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "base/result.h"

namespace CLI {
class App;
}

namespace continuo {

// What the command line asked for: run once parsing is done.
using Command = std::function<Status()>;

// Adds `rooms …`, `participants …` and `devices …` to `app`. The subcommand that is chosen sets
// `command`.
void AddControlCommands(CLI::App& app, Command& command);

}  // namespace continuo
