// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"

namespace continuo {

// What a mixer counts besides its ladder and its audio. Written by all its threads.
struct MixerProbe {
  Counter decodes;
  Counter decode_errors;
  Counter dropped_pictures;    // decoded, but the compose thread was too late to take them
  Counter refused_frames;      // the decode thread was too late to take them
  Counter refused_packets;     // the audio thread was too late to take them
  Counter audio_codec_errors;  // somebody is deaf or dumb for want of a codec
  Counter ring_overflows;      // what the edge was too late to take
  DurationHistogram decode_time;
};

}  // namespace continuo
