// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwaccel/device.h"
#include "hwaccel/self_test/check_list.h"

namespace continuo {

// "compose N tiles" and "plates on N tiles" from 1 to 25, "draw one tile again", "canvas at other
// sizes": each against the CPU's compositor with the same pictures. Those are of several shapes,
// some decoded on the device and some in memory. Every tile counts by itself, and so does every
// plate: a name that is missing would hardly show in the figure of a tile.
void CheckCompositor(Device& device, CheckList& checks);

}  // namespace continuo
