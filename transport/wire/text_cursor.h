// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace continuo {

// Reads a line of text from left to right, field by field. At the end of the line every field is
// empty, so a parser checks the fields and not the cursor.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : rest_(text) {}

  // Up to the next `separator`, which is consumed, or to the end.
  std::string_view Until(char separator);
  std::string_view Word() { return Until(' '); }
  std::string_view rest() const { return rest_; }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// The whole of `text` as a decimal number without sign. Nothing when it is none, or out of range.
template <std::unsigned_integral T>
std::optional<T> ParseNumber(std::string_view text) {
  T value = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b);

// RFC 8866 §9: token-char, at least one of them and at most `max_size`.
bool IsToken(std::string_view text, size_t max_size);
// Visible ASCII without spaces, at least one and at most `max_size`.
bool IsVisible(std::string_view text, size_t max_size);

}  // namespace continuo
