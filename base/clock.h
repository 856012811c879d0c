// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.h"

namespace continuo {

// Now, on CLOCK_MONOTONIC. Only event loops and mains call it: everything below them is handed
// `now` as an argument, so that a test can run an hour in a second.
Timestamp MonotonicNow();

// Wall-clock time, in seconds since 1970. For certificates, invitations and logs only.
int64_t UnixSeconds();

}  // namespace continuo
