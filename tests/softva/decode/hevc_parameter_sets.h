// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <vector>

namespace softva {

// video_parameter_set_rbsp(), seq_parameter_set_rbsp() and pic_parameter_set_rbsp() (H.265 7.3.2.1
// to 7.3.2.3) as NAL units with start codes. They aren't the program's: VA-API passes on only parts
// of those. All that slice parameters carry is left to the slice headers, so these sets turn on
// whatever lets a header say it. No cropping: a surface has the coded size. `matrices` may be null.
std::vector<uint8_t> WriteHevcVideoSet();
std::vector<uint8_t> WriteHevcSequenceSet(const VAPictureParameterBufferHEVC& picture);
std::vector<uint8_t> WriteHevcPictureSet(const VAPictureParameterBufferHEVC& picture,
                                         const VAIQMatrixBufferHEVC* matrices);

// Picture order counts are written with as many bits as the syntax allows.
constexpr int kHevcOrderBits = 16;

}  // namespace softva
