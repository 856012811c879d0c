// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace continuo {

// What of a name is looked at; the rest is not drawn.
inline constexpr size_t kMaxNameBytes = 128;
inline constexpr size_t kMaxNameCharacters = 64;

// A name that someone else chose, made safe to draw on one line: bounded as above; bytes that are
// no UTF-8 become U+FFFD; control characters, line and paragraph separators, tags, and everything
// that overrides or isolates the direction of text (so that a name cannot pass for another) are
// gone; white space is single and inside. Joiners stay, because Persian and Hindi need them.
std::string DisplayName(std::string_view name);

// One or two letters that stand for a DisplayName: of its first and of its last word, in upper case
// where the script has one. "?" when there is no letter, digit or sign to take.
std::string InitialsOf(std::string_view display_name);

}  // namespace continuo
