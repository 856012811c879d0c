// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "hwaccel/engine.h"
#include "mcu/audio/audio_mix_probe.h"
#include "mcu/mixer/compose_thread.h"
#include "mcu/mixer/mixer_probe.h"

namespace continuo {

enum class DeviceCalls { kReturn, kHang };

// A MixerReport (mcu/link/link.proto) of everything that a mixer has counted so far, serialised.
std::string MakeReport(uint64_t scene_version, const MixerProbe& mixer, const Engine& engine,
                       DeviceCalls device_calls, const ComposeThread::Probes& video,
                       const AudioMixProbe& audio);

}  // namespace continuo
