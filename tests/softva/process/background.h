// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "softva/core/surface.h"

namespace softva {

// Fills the whole surface. Alpha is on or off, never blended: off leaves the surface alone.
void FillBackground(Surface& surface, uint32_t argb, bool bt709);

}  // namespace softva
