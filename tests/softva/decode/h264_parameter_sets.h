// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <vector>

namespace softva {

// Of a picture parameter set, what isn't in VA-API's parameters.
struct PictureSetDefaults {
  uint32_t id = 0;
  uint32_t references[2] = {};  // num_ref_idx_l0/l1_default_active_minus1
};

// seq_parameter_set_rbsp() and pic_parameter_set_rbsp() (H.264 7.3.2.1, 7.3.2.2) as NAL units with
// start codes. The profile is always High: it has every field that the others have. No cropping:
// that is the program's, a surface has the coded size. `matrices` may be null.
std::vector<uint8_t> WriteSequenceSet(const VAPictureParameterBufferH264& picture);
std::vector<uint8_t> WritePictureSet(const VAPictureParameterBufferH264& picture,
                                     const VAIQMatrixBufferH264* matrices,
                                     const PictureSetDefaults& defaults);

}  // namespace softva
