// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "hwaccel/choice/backend.h"

namespace continuo {

// What a picture goes through in a mixer.
enum class Stage : uint8_t { kDecode, kCompose, kEncode };
inline constexpr int kStageCount = 3;
std::string_view ToString(Stage stage);  // "decode", "compose", "encode"

// What a room's engine did between two reports of its mixer, a second apart. The mixer may have
// been taken over: numbers are bounded and text is printable, but none of it has to be true.
struct EngineGrowth {
  struct Work {
    uint64_t pictures = 0;
    TimeDelta busy;
  };
  std::array<std::array<Work, kBackendCount>, kStageCount> work{};  // [stage][backend]
  bool has_device = false;    // it opened an accelerator, given up since or not
  std::string failure;        // why that was given up; empty while it works
  bool device_works = false;  // it was given up for what this room wanted of it alone
  bool device_hangs = false;  // a call into it does not return; the process may never end
  uint64_t uploads = 0;
  uint64_t downloads = 0;
  uint64_t plate_blends = 0;
  uint64_t pictures_held = 0;
  uint64_t missed_ticks = 0;

  Work& Of(Stage stage, Backend backend) {
    return work[static_cast<size_t>(stage)][static_cast<size_t>(backend)];
  }
  const Work& Of(Stage stage, Backend backend) const {
    return work[static_cast<size_t>(stage)][static_cast<size_t>(backend)];
  }
};

}  // namespace continuo
