// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va_backend.h>

namespace softva {

// Puts all about buffers and images into libva's table.
void FillBufferCalls(VADriverVTable* table);
void FillImageCalls(VADriverVTable* table);

}  // namespace softva
