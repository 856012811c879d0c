// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va_backend.h>

namespace softva {

// Puts contexts, and the three calls by which a picture is worked on, into libva's table.
void FillPictureCalls(VADriverVTable* table);

}  // namespace softva
