// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "hwaccel/vaapi/vaapi_display.h"

namespace continuo {

class Device;

// Whether a device still does what it did before: draws a small picture and waits for it. After an
// error, to tell a device that is lost (this fails as well, with kDeviceFailed) from a stream that
// it does not like.
Status FeelPulse(const VaapiDisplay& display, const Device& device);

}  // namespace continuo
