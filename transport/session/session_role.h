// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo {

enum class SessionRole : uint8_t {
  kServer,  // ICE-lite and DTLS passive: continuod
  kClient,  // ICE controlling and DTLS active: the headless endpoint
};

}  // namespace continuo
