// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vpl/mfx.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "base/result.h"

namespace continuo {

// oneVPL's status as one of our errors, with the status as its native code and its name as the
// detail: kUnsupported for what the runtime refuses, kUnavailable where there is no runtime,
// kDeviceFailed for all else. What is a stream's fault only the decoder can tell.
ErrorCode CodeOf(mfxStatus status);
tl::unexpected<Error> FailVpl(mfxStatus status, std::string_view text);
// Nothing, or the error. A warning is none.
Status CheckVpl(mfxStatus status, std::string_view text);

// Makes a call that a busy device turns away, again after a millisecond at a time, for at most half
// a second.
template <typename Call>
mfxStatus RetryWhileBusy(const Call& call) {
  constexpr int kAttempts = 500;
  mfxStatus status = call();
  for (int i = 0; i < kAttempts && status == MFX_WRN_DEVICE_BUSY; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    status = call();
  }
  return status == MFX_WRN_DEVICE_BUSY ? MFX_ERR_DEVICE_FAILED : status;
}

}  // namespace continuo
