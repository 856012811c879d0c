// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "softva/decode/bitstream_builder.h"

namespace softva {

// VP9: VA-API's slice data is the whole frame, so there is nothing to write again.
class Vp9Bitstream : public BitstreamBuilder {
 public:
  VAStatus Build(std::span<const Parameters> buffers, CodedPicture* picture) override;
};

}  // namespace softva
