// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>
#include <va/va_dec_av1.h>

#include "softva/bits/av1_bit_writer.h"

namespace softva {

// True when the numbers of points are within what the syntax can say.
bool Av1FilmGrainIsCodable(const VADecPictureParameterBufferAV1& picture);

// film_grain_params() of a frame that carries them, AV1 §5.9.30. Always written in full: nothing is
// taken over from a reference.
void WriteAv1FilmGrain(const VADecPictureParameterBufferAV1& picture, Av1BitWriter& out);

}  // namespace softva
