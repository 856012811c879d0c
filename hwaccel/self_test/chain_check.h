// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwaccel/device.h"
#include "hwaccel/self_test/check_list.h"

namespace continuo {

// "pictures stay on the device": from its decoder through its compositor, with a name on them, to
// its encoder, and its probe saw none of them go to memory or come from there.
void CheckChain(Device& device, CheckList& checks);

}  // namespace continuo
