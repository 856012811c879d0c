// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/rate.h"
#include "base/result.h"
#include "hwaccel/overlay.h"
#include "media/codec.h"
#include "media/encoded_frame.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

// What is in a picture of the self-test. kSmooth: waves that every right scaler shrinks alike, so
// steep that a picture that is one row off is far from the right one, and different in every plane.
// kBusy: the same with moving blocks, edges and grain, which give a decoder and an encoder work.
enum class TestScene : uint8_t { kSmooth, kBusy };

// The scene as it is at moment `number`; the same number always draws the same picture.
void DrawTestScene(TestScene scene, int number, const MutableI420View& picture);

// A plate as the mixer lays over its tiles: strokes of white as of letters, with soft edges, a
// block of colour, a translucent ground, and round it nothing at all. Even sides, at least 32x16.
Overlay MakeTestPlate(PixelSize size, int number);

// The busy scene as our own encoder in software encodes it, from number 0 on, the first one a key
// frame. Even sides.
Result<std::vector<OwnedEncodedFrame>> EncodeTestClip(VideoCodec codec, TestScene scene,
                                                      PixelSize size, int pictures, DataRate rate);

}  // namespace continuo
