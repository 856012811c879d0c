// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va_backend.h>
#include <va/va_backend_vpp.h>

namespace softva {

// Puts what the driver says of itself into libva's table: profiles, attributes, configs, and what
// the video processor can do.
void FillConfigCalls(VADriverVTable* table, VADriverVTableVPP* process_table);

}  // namespace softva
