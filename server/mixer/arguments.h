// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "hwaccel/choice/device_spec.h"

namespace continuo {

// `--parent PID --link FD --shards N [--device SPEC] [--device-deadline-ms N]`: to mix a room, for
// the process that started us.
struct RoomArguments {
  int parent = -1;
  int first_fd = -1;
  int shards = 0;
  DeviceSpec device;  // the CPU unless it says otherwise
  TimeDelta device_deadline = TimeDelta::Millis(300);
  friend bool operator==(const RoomArguments&, const RoomArguments&) = default;
};

// `--self-test SPEC [--stages]`: to test a device and say what was found.
struct SelfTestArguments {
  DeviceSpec device;
  bool tells_stages = false;
  friend bool operator==(const SelfTestArguments&, const SelfTestArguments&) = default;
};

// What continuo-mixer is to do, from all of its arguments but its name.
using MixerArguments = std::variant<RoomArguments, SelfTestArguments>;
Result<MixerArguments> ParseMixerArguments(std::span<const char* const> arguments);

}  // namespace continuo
