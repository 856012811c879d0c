// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <string_view>

#include "base/result.h"

namespace continuo {

// libva's status as one of our errors, with the status as its native code and libva's own words as
// the detail: kUnsupported for what the driver refuses by its capabilities, kMalformed for a stream
// that it cannot decode, kDeviceFailed for all else, memory that ran out included: a device without
// it is of no use to a room.
ErrorCode CodeOf(VAStatus status);
tl::unexpected<Error> FailVa(VAStatus status, std::string_view text);
// Nothing, or the error.
Status CheckVa(VAStatus status, std::string_view text);

}  // namespace continuo
