// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

namespace continuo {

// Readies libsodium and checks that OpenSSL can do what this build counts on. Every program calls
// it once, first thing in main(), before any other function of crypto/. Calling it again is
// harmless.
Status InitCrypto();

}  // namespace continuo
