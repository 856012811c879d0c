// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <memory>

#include "softva/core/surface.h"
#include "softva/decode/bitstream_builder.h"

namespace softva {

// Decodes one picture after the other in software, each into a surface at once, in coding order.
// Any thread, one at a time.
class PictureDecoder {
 public:
  virtual ~PictureDecoder() = default;

  // `grain_target` is null where the picture has none. VA_STATUS_ERROR_DECODING_ERROR where nothing
  // could be decoded; the surfaces are as they were.
  virtual VAStatus Decode(const CodedPicture& picture, Surface& target, Surface* grain_target) = 0;
};

}  // namespace softva
