// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_enc_h264.h>

#include <array>
#include <cstdint>
#include <span>

#include "base/rate.h"
#include "hwaccel/vaapi/h264_headers.h"

namespace continuo {

// One of libva's "miscellaneous" parameters: VAEncMiscParameterBuffer, with what it ends in, a T.
// As bytes, for it lies at four, even one with pointers in it.
template <typename T>
struct MiscParameter {
  VAEncMiscParameterType type{};
  std::array<uint8_t, sizeof(T)> value{};
};

struct H264Surfaces {
  VASurfaceID current = VA_INVALID_SURFACE;   // where the picture goes as it will be decoded
  VASurfaceID previous = VA_INVALID_SURFACE;  // what it refers to
  VABufferID coded = VA_INVALID_ID;
};

// What libva is told of our H.264 (h264_headers.h).
VAEncSequenceParameterBufferH264 SequenceParameters(const H264Sequence& sequence, DataRate rate);
VAEncPictureParameterBufferH264 PictureParameters(const H264Picture& picture,
                                                  const H264Surfaces& surfaces);
VAEncSliceParameterBufferH264 SliceParameters(const H264Sequence& sequence,
                                              const H264Picture& picture,
                                              const H264Surfaces& surfaces);

// Constant rate; the buffer is half a second of it: what a burst may add to the delay.
MiscParameter<VAEncMiscParameterRateControl> RateParameters(DataRate rate);
MiscParameter<VAEncMiscParameterHRD> HrdParameters(DataRate rate);
MiscParameter<VAEncMiscParameterFrameRate> FrameRateParameters(int frames_per_second);
// The columns of macroblocks that this picture codes without reference to others, in a sweep that
// takes so many pictures.
MiscParameter<VAEncMiscParameterRIR> IntraRefreshParameters(const H264Sequence& sequence,
                                                            const H264Picture& picture, int sweep);
// Borrows the regions until the picture has been submitted.
MiscParameter<VAEncMiscParameterBufferROI> RegionParameters(std::span<VAEncROI> regions);

}  // namespace continuo
