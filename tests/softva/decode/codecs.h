// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <memory>

#include "softva/decode/bitstream_builder.h"
#include "softva/decode/picture_decoder.h"

namespace softva {

// The two halves of decoding a profile: a further codec is one more case in each.
std::unique_ptr<BitstreamBuilder> MakeBitstreamBuilder(VAProfile profile);
// Null where the libraries at hand lack the codec.
std::unique_ptr<PictureDecoder> MakePictureDecoder(VAProfile profile);

}  // namespace softva
