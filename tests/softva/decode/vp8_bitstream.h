// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "softva/decode/bitstream_builder.h"

namespace softva {

// VP8: VA-API's slice data begins behind the frame's uncompressed header (RFC 6386 9.1), which this
// writes again.
class Vp8Bitstream : public BitstreamBuilder {
 public:
  VAStatus Build(std::span<const Parameters> buffers, CodedPicture* picture) override;
};

}  // namespace softva
