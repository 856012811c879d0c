// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "hwaccel/limits.h"
#include "hwaccel/vpl/vpl_runtime.h"

namespace continuo {

// Puts in what the runtime says that it decodes and encodes of H.264 on this device. Asked by
// trying: sizes from the largest down, until one is taken.
Status QueryVplLimits(VplRuntime& runtime, Limits& limits);

}  // namespace continuo
