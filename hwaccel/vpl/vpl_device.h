// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "hwaccel/device.h"

namespace continuo {

// An Intel GPU through oneVPL: its decoders and encoders, on the surfaces of a VADisplay that we
// own, so that composition is libva's on the same pictures (docs/adr/0007). `path` is a render
// node. Errors as OpenDevice()'s.
Result<std::unique_ptr<Device>> OpenVplDevice(const std::string& path);

}  // namespace continuo
