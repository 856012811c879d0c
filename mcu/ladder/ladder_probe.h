// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "media/rendition.h"
#include "metrics/counter.h"

namespace continuo {

// What one rendition's encoder did.
struct RenditionProbe {
  Counter encodes;  // calls of the encoder
  Counter encoded_bytes;
  Counter key_frames;
  Counter dropped_frames;     // by the encoder's rate control
  Counter skipped_unchanged;  // ticks without an encode, because the canvas was still
  Counter missed_ticks;       // ticks that passed before anybody came to encode them
  Counter encoders_created;
  Counter failures;  // encoders that could not be made, or failed and were thrown away
  DurationHistogram encode_duration;
};

// By VideoRendition::index(). Written on the compose thread, encode_duration on encode threads too;
// read from anywhere.
struct LadderProbe {
  std::array<RenditionProbe, kVideoRenditionCount> renditions;
};

}  // namespace continuo
