// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/control_commands.h"

namespace continuo {

// Adds `doctor` to `app`: what works on this machine, and why not. Asks no server; has
// continuo-mixer test every device. Fails when rooms cannot run at all.
void AddDoctor(CLI::App& app, Command& command);

}  // namespace continuo
