// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "hwaccel/limits.h"
#include "hwaccel/vpl/vpl_runtime.h"

namespace continuo {

// What the runtime says that it decodes and encodes on this device. Asked by trying: sizes from the
// largest down, until one is taken. Knows nothing of composition.
Result<Limits> QueryVplLimits(VplRuntime& runtime);

}  // namespace continuo
