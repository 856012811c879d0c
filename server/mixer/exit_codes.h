// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo {

// With what continuo-mixer ends when a call into its device does not return: the next one for the
// room is started without that device.
inline constexpr int kExitDeviceHung = 70;

}  // namespace continuo
