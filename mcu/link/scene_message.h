// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mcu/scene/scene.h"

namespace continuo {

// A Scene as bytes and back (link.proto). ParseScene refuses what cannot be drawn: rectangles
// outside the canvas or odd, unknown rungs, more than kMaxSceneEntries tiles or voices.
inline constexpr int kMaxSceneEntries = 1000;
std::string SerializeScene(const Scene& scene);
std::optional<Scene> ParseScene(std::string_view bytes);

}  // namespace continuo
