// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "base/result.h"
#include "bench/camera_clips.h"
#include "media/encoded_frame.h"
#include "media/video_frame.h"

namespace continuo {

// An access unit of the room's hd rendition, and the canvas that it shows.
using OnRoomFrame = std::function<void(const I420View& canvas, const EncodedFrame& frame)>;

enum class NamePlateUse : uint8_t { kDrawn, kLeftOut };

// A room as the mixer runs it, on the calling thread and as fast as it can: every frame of every
// camera is decoded when it is due, the newest of each is drawn at each tick of the hd rendition,
// with their names or without, and encoded once in H.264. The mixer's own decoders, Composer and
// Ladder; not its threads and its link. Time is virtual, and ends with the shortest clip.
Status RunRoom(std::span<const CameraClip> cameras, NamePlateUse names,
               const OnRoomFrame& on_frame);

}  // namespace continuo
