// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "hwaccel/device.h"
#include "metrics/counter.h"

namespace continuo {

// What one backend did for a room: pictures through each stage, and how long they took there.
struct StageProbe {
  Counter pictures;
  Counter errors;
  DurationHistogram duration;
};

struct BackendProbe {
  StageProbe decode;
  StageProbe compose;  // passes that changed something
  StageProbe encode;
};

// By Backend: says which engine really ran each stage of a room. Written on any thread.
struct EngineProbe {
  std::array<BackendProbe, kBackendCount> backends;
  Counter streams_refused;  // decoded on the CPU, for the device refused their profile or size
  Counter device_failures;  // 0 or 1: a device is given up for the life of the process

  BackendProbe& Of(Backend backend) { return backends[static_cast<size_t>(backend)]; }
  const BackendProbe& Of(Backend backend) const { return backends[static_cast<size_t>(backend)]; }
};

}  // namespace continuo
