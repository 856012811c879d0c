// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include <array>
#include <cstdint>

#include "softva/bits/av1_bit_writer.h"

namespace softva {

inline constexpr int kAv1ReferencesPerFrame = 7;

// gm_params of the references LAST to ALTREF, six 16.16 numbers each.
using Av1GlobalMotion = std::array<std::array<int32_t, 6>, kAv1ReferencesPerFrame>;

// What setup_past_independence() leaves: every reference stands still.
Av1GlobalMotion Av1IdentityMotion();

// The frame's motion as a decoder has it after global_motion_params(): parameters that a type does
// not code take the values that follow from those it does.
Av1GlobalMotion Av1FrameMotion(const VADecPictureParameterBufferAV1& picture);

// True when every parameter has a code. AV1 §5.9.25.
bool Av1MotionIsCodable(const VADecPictureParameterBufferAV1& picture);

// global_motion_params() of an inter frame, AV1 §5.9.24. `base` is the motion of the primary
// reference frame, against which parameters are coded.
void WriteAv1GlobalMotion(const VADecPictureParameterBufferAV1& picture,
                          const Av1GlobalMotion& base, Av1BitWriter& out);

}  // namespace softva
