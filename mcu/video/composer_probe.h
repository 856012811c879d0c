// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/counter.h"

namespace continuo {

// What a Composer counts. Written on the compose thread, read from anywhere.
struct ComposerProbe {
  Counter composes;           // calls of Compose()
  Counter canvases_changed;   // those that changed something
  Counter tiles_scaled;       // pictures scaled into their tile
  Counter tiles_rejected;     // tiles of a scene that cannot be drawn
  Counter pictures_replaced;  // never drawn, because a newer one came first
  Counter pictures_unseen;    // of somebody without a tile, or whose camera is off
  Counter pictures_stranded;  // on a device that failed
  Counter passes_failed;      // the device lost the canvas; drawn anew the next time
  DurationHistogram compose_duration;
  DurationHistogram picture_age;  // from a picture's capture_time to its first drawing
};

}  // namespace continuo
