// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vpl/mfx.h>

#include "hwaccel/device.h"
#include "hwaccel/limits.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vpl/vpl_runtime.h"
#include "media/codec.h"

namespace continuo {

// What everything of one oneVPL device is made with.
struct VplParts {
  VplRuntime& runtime;
  const VaapiDisplay& display;
  const Device& device;
  const Limits& limits;
  DeviceProbe& probe;
};

constexpr mfxU32 VplCodecId(VideoCodec codec) {
  if (codec == VideoCodec::kVp8) return MFX_CODEC_VP8;
  return MFX_CODEC_AVC;
}

}  // namespace continuo
