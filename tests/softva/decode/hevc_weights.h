// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include "softva/bits/bit_writer.h"

namespace softva {

// pred_weight_table() (H.265 7.3.6.3), for as many references as the slice says that are active;
// the second list only if it is `bidirectional`.
void WriteHevcWeights(const VASliceParameterBufferHEVC& slice, bool bidirectional, NalWriter* nal);

}  // namespace softva
