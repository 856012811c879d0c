// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace continuo {

// A room's resource id, as in `rooms/crisis` and in the page's address: 1 to 64 ASCII letters,
// digits, '-', '_' or '.', the first a letter or digit.
inline constexpr size_t kMaxRoomNameLength = 64;
bool IsRoomName(std::string_view name);

// What people call a participant: 1 to 64 characters of valid UTF-8, not all blank, with no control
// characters and no marks that reverse the direction of the text around them.
inline constexpr size_t kMaxDisplayNameCharacters = 64;
bool IsDisplayName(std::string_view name);

}  // namespace continuo
