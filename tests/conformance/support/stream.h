// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "media/encoded_frame.h"
#include "media/pixel_size.h"
#include "tests/support/test_picture.h"

namespace continuo {

// One participant's stream in decoding order. Its RTP timestamps are kTicksPerPicture times the
// number of the picture in display order, counted from 1.
using Stream = std::vector<OwnedEncodedFrame>;

inline constexpr uint32_t kTicksPerPicture = 3600;

// Two streams one after the other, as of a sender that changed its mind: the timestamps go on.
Stream Then(Stream first, const Stream& second);

// What the encoders of this folder are fed with: the moving test picture, brighter and darker in
// turn where a stream is to have something to predict with weights.
enum class Light : uint8_t { kSteady, kFading };
void DrawScene(uint16_t number, Light light, TestPicture& picture);

}  // namespace continuo
