// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "hwaccel/limits.h"
#include "hwaccel/vaapi/vaapi_compositor.h"

namespace continuo {

// Whether the driver lays premultiplied BGRA over NV12 as cpu/ does: asked of the driver, and then
// tried on a small canvas, for some say so and draw something else. kNone is no error: names are
// then blended on the CPU. Waits for the device; when it is opened.
Result<BlendSupport> TryBlending(const VaapiCompositor::Parts& parts);

}  // namespace continuo
