// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.h"

namespace continuo {

// OpenSSL 3.0 asks gettimeofday() when a DTLS flight is to be repeated. A test program that uses
// this class answers instead of the C library: libssl finds the program's function first. So
// virtual time drives DTLS as it drives everything else. Set it to the `now` of the test, at every
// step.
class OpenSslClock {
 public:
  static void Set(Timestamp now);
};

}  // namespace continuo
