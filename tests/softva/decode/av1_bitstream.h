// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "softva/decode/bitstream_builder.h"

namespace softva {

// AV1: VA-API's slice data is tiles; this puts them into one tile group. The headers before it name
// references by the decoder's slots, so the decoder writes them: see av1_decoder.h.
class Av1Bitstream : public BitstreamBuilder {
 public:
  // VA_STATUS_ERROR_INVALID_PARAMETER where no AV1 stream says what the parameters say.
  VAStatus Build(std::span<const Parameters> buffers, CodedPicture* picture) override;
};

}  // namespace softva
