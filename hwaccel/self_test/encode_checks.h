// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hwaccel/device.h"
#include "hwaccel/self_test/check_list.h"

namespace continuo {

// For every codec, a moving canvas of the device's own compositor through its encoder:
//   "encode CODEC"         what the CPU decodes of it looks like the canvas
//   "key frames of CODEC"  are the first and the one that was asked for, and no other
//   "rate of CODEC"        the bytes are near those that were asked for
//   "rate change of CODEC" they go down and up again with the rate, without a key frame
void CheckEncoders(Device& device, CheckList& checks);

}  // namespace continuo
