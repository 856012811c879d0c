// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "hwaccel/limits.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "media/codec.h"

namespace continuo {

// What decodes a codec, best first: H.264's profiles are one decoder with more or less of it.
std::span<const VAProfile> DecodeProfiles(VideoCodec codec);

// Constrained baseline, by the fixed-function engine where there is one.
std::optional<VAEntrypoint> EncodeEntrypoint(const VaapiDisplay& display);
inline constexpr VAProfile kEncodeProfile = VAProfileH264ConstrainedBaseline;

// What the driver says that it can do. Whether it blends is not known from asking:
// vaapi_blend_trial.h.
Limits ReadLimits(const VaapiDisplay& display);
// The same for composition alone: for backends that decode and encode in another way.
void ReadComposeLimits(const VaapiDisplay& display, Limits& limits);

}  // namespace continuo
