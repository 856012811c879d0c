// SPDX-License-Identifier: Apache-2.0
// Breaks the include map on purpose; see tests/CMakeLists.txt.
#include <sodium.h>

#include "media/codec.h"
