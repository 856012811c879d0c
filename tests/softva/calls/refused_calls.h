// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va_backend.h>

namespace softva {

// Puts calls into libva's table that it insists on and that nothing here does: drawing to a window,
// subpictures, display attributes.
void FillRefusedCalls(VADriverVTable* table);

}  // namespace softva
