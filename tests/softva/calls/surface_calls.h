// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va_backend.h>

namespace softva {

// Puts all about surfaces into libva's table: made, waited for, exported, destroyed.
void FillSurfaceCalls(VADriverVTable* table);

}  // namespace softva
