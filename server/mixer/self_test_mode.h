// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/mixer/arguments.h"

namespace continuo {

// continuo-mixer --self-test: tests the device and writes the report to standard output, as one
// line of JSON. What a driver prints there itself goes to standard error. Returns the program's
// exit status: 0 whenever the report was written, whatever it says. A driver may hang or crash in
// it: whoever started the program sees to that.
int TestDeviceAndTell(const SelfTestArguments& arguments);

}  // namespace continuo
