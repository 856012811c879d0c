// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace continuo {

// Makes way for a server that is about to listen at `path`: removes the socket that a dead server
// left there. kAlreadyExists when somebody answers there, or when it is not a socket at all.
Status ClearStaleSocket(const std::string& path);

}  // namespace continuo
