// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "softva/core/surface.h"
#include "softva/process/layer.h"

namespace softva {

// Scales a layer and lays it onto the target, which may be its source.
void DrawLayer(const Layer& layer, Surface& target);

}  // namespace softva
