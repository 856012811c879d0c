// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "softva/decode/bitstream_builder.h"

namespace softva {

// HEVC, Main profile. Writes parameter sets and slice headers anew from VA's parameters, and puts
// the slices' data behind them; VA-API's parameters say everything that they need, if not what the
// program's own were. So the stream has no reordering, layers or leading pictures, and a decoder
// decodes everything that it is given. It begins again, with an IDR picture, wherever a picture has
// no references.
class HevcBitstream : public BitstreamBuilder {
 public:
  VAStatus Build(std::span<const Parameters> buffers, CodedPicture* picture) override;

 private:
  int32_t origin_ = 0;  // the picture order count of the last IDR picture
};

}  // namespace softva
