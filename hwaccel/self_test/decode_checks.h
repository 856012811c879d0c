// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwaccel/device.h"
#include "hwaccel/self_test/check_list.h"

namespace continuo {

// "decode CODEC", for every codec: a clip of three sizes in a row, each picture against the CPU's
// decoder's. A decoder has no freedom: anything but the same bits is told, and below 40 dB it
// fails.
void CheckDecoders(Device& device, CheckList& checks);

}  // namespace continuo
