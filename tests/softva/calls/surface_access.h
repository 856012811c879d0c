// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>

#include "softva/core/driver.h"

namespace softva {

// To be asked before a program gets at a surface's pixels. It has to wait for what the device
// writes there, with vaSyncSurface; a program that didn't is noted, and finds what is there. What
// the device only reads is waited for here, as real drivers do: their memory knows its readers.
inline void LetProgramRead(Driver& driver, Surface& surface, const char* call) {
  const SurfaceUse& use = surface.use();
  if (use.written > use.waited_for) {
    driver.journal().Violation(std::string(call) + ": surface read without vaSyncSurface");
  } else {
    driver.queue().Wait(use.read);
  }
}

// A program that writes waits for all.
inline void LetProgramWrite(Driver& driver, Surface& surface) {
  SurfaceUse& use = surface.use();
  driver.queue().Wait(std::max(use.written.load(), use.read.load()));
  use.waited_for = use.written.load();
  surface.SetContent({});
}

}  // namespace softva
