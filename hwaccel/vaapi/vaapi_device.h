// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "hwaccel/device.h"

namespace continuo {

// A GPU through VA-API: libavcodec's VA-API decoders, libva's video processing for composition and
// its encoders, all on one VADisplay, so that a picture never leaves the GPU. `path` is a render
// node. Errors as OpenDevice()'s.
Result<std::unique_ptr<Device>> OpenVaapiDevice(const std::string& path);

}  // namespace continuo
