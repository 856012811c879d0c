// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "media/pixel_size.h"
#include "media/rendition.h"

namespace continuo {

// Tile rectangles are given on this canvas; a smaller rendition scales them.
inline constexpr PixelSize kCanvasSize{1280, 720};

enum class CameraState : uint8_t { kOn = 0, kOff = 1 };

// One region of the canvas and who is in it.
struct Tile {
  ParticipantId participant;
  std::string name;  // UTF-8, drawn as the name plate
  PixelRect rect;    // even coordinates, inside kCanvasSize
  CameraState camera = CameraState::kOn;
  friend bool operator==(const Tile&, const Tile&) = default;
};

// Somebody who may be heard, or who hears. Both codecs of both directions are the edge's business.
struct Voice {
  ParticipantId participant;
  ShardIndex shard;  // where its private mix goes
  Rung rung = Rung::kHd;
  bool sends_audio = false;
  bool sends_video = false;
  friend bool operator==(const Voice&, const Voice&) = default;
};

// A complete, declarative description of a room: what to draw, whom to mix, which renditions
// somebody is on. Every change is a new whole Scene with a higher version; the mixer draws whatever
// the last one says, so a restarted mixer needs one message to carry on. Plain data, made in the
// edge by mcu/room and drawn by mcu/mixer.
struct Scene {
  uint64_t version = 0;
  std::vector<Tile> tiles;
  std::vector<Voice> voices;
  std::bitset<kVideoRenditionCount> renditions;  // by VideoRendition::index()
  std::bitset<kRungCount> audio_rungs;           // by Rung
  uint8_t shard_count = 1;
  friend bool operator==(const Scene&, const Scene&) = default;
};

}  // namespace continuo
