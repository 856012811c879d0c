// SPDX-License-Identifier: Apache-2.0
#include "mcu/video/display_name.h"

#include <glib.h>

#include <algorithm>
#include <utility>

namespace continuo {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Range {
  char32_t first, last;
};

// Code points that would change how their neighbours are read, and show nothing themselves.
constexpr Range kNeverDrawn[] = {
    {0x00AD, 0x00AD},    // soft hyphen
    {0x061C, 0x061C},    // Arabic letter mark
    {0x180E, 0x180E},    // Mongolian vowel separator
    {0x200B, 0x200B},    // zero width space
    {0x200E, 0x200F},    // left-to-right and right-to-left mark
    {0x202A, 0x202E},    // embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates, deprecated format characters
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFF0, 0xFFFC},    // interlinear annotation, object replacement
    {0xE0000, 0xE0FFF},  // tags, variation selectors supplement
};

bool IsNeverDrawn(char32_t c) {
  return g_unichar_iscntrl(c) ||
         std::any_of(std::begin(kNeverDrawn), std::end(kNeverDrawn),
                     [c](Range range) { return c >= range.first && c <= range.last; });
}

// The next code point of well-formed UTF-8, or U+FFFD for a byte that begins none.
char32_t TakeCodePoint(std::string_view& bytes) {
  const gunichar c = g_utf8_get_char_validated(bytes.data(), static_cast<gssize>(bytes.size()));
  // GLib reads a NUL as the end of the string, whatever the length.
  if (c >= 0x110000 || bytes.front() == '\0') {
    const bool nul = bytes.front() == '\0';
    bytes.remove_prefix(1);
    return nul ? U'\0' : kReplacement;
  }
  bytes.remove_prefix(static_cast<size_t>(g_unichar_to_utf8(c, nullptr)));
  return c;
}

void Append(std::string& text, char32_t c) {
  char bytes[6];
  text.append(bytes, static_cast<size_t>(g_unichar_to_utf8(c, bytes)));
}

// At most kMaxNameBytes, not ending within a code point.
std::string_view Bounded(std::string_view name) {
  if (name.size() <= kMaxNameBytes) return name;
  size_t end = kMaxNameBytes;
  while (end > kMaxNameBytes - 4 && (name[end] & 0xC0) == 0x80) --end;
  return name.substr(0, end);
}

// The letter, digit or sign that a word begins with, after its punctuation, with its accents.
std::string FirstSign(std::string_view word) {
  std::string sign;
  while (!word.empty()) {
    const char32_t c = TakeCodePoint(word);
    if (sign.empty()) {
      if (g_unichar_isgraph(c) && !g_unichar_ispunct(c) && c != kReplacement) {
        Append(sign, g_unichar_toupper(c));
      }
    } else if (g_unichar_ismark(c) && sign.size() < 12) {
      Append(sign, c);
    } else {
      break;
    }
  }
  return sign;
}

std::string_view NextWord(std::string_view& text) {
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

}  // namespace

std::string DisplayName(std::string_view name) {
  name = Bounded(name);
  std::string shown;
  bool space_pending = false;
  for (size_t characters = 0; !name.empty() && characters < kMaxNameCharacters;) {
    const char32_t c = TakeCodePoint(name);
    // Tabs and line breaks are both control characters and white space: space is what is meant.
    if (g_unichar_isspace(c) || c == 0x0085) {
      space_pending = !shown.empty();
      continue;
    }
    if (IsNeverDrawn(c)) continue;
    if (std::exchange(space_pending, false)) {
      if (++characters == kMaxNameCharacters) break;
      shown += ' ';
    }
    Append(shown, c);
    ++characters;
  }
  return shown;
}

std::string InitialsOf(std::string_view display_name) {
  std::string first;
  std::string last;
  while (!display_name.empty()) {
    std::string sign = FirstSign(NextWord(display_name));
    if (sign.empty()) continue;
    (first.empty() ? first : last) = std::move(sign);
  }
  if (first.empty()) return "?";
  // Initials are no word: Arabic letters must not join.
  const bool would_join =
      g_unichar_get_script(g_utf8_get_char(first.c_str())) == G_UNICODE_SCRIPT_ARABIC;
  return first + (would_join && !last.empty() ? "\u200C" : "") + last;
}

}  // namespace continuo
