// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "hwaccel/device.h"

namespace continuo {

// The device that this run of the suite is about: the spec in CONTINUO_TEST_DEVICE, as an operator
// would write it ("cpu", "vaapi:/dev/dri/renderD128"). Opened once, before the first test; where it
// does not open, no test runs and the program fails. When the last test is over, it is closed, and
// what the driver reports of it (SOFTVA_REPORT, where that is set) must name no leak and no
// violation.
Device& DeviceUnderTest();

// The same again, for whoever wants to own one.
std::unique_ptr<Device> OpenDeviceUnderTest();

// Whether it is the reference itself, which has no memory of its own.
bool TestingTheCpu();

}  // namespace continuo
