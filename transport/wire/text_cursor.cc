// SPDX-License-Identifier: Apache-2.0
#include "transport/wire/text_cursor.h"

#include <algorithm>

namespace continuo {
namespace {

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsVisibleChar(char c) { return c > 0x20 && c < 0x7f; }

bool IsTokenChar(char c) {
  return IsVisibleChar(c) &&
         std::string_view("\"(),/:;<=>?@[\\]").find(c) == std::string_view::npos;
}

}  // namespace

std::string_view TextCursor::Until(char separator) {
  const size_t end = std::min(rest_.find(separator), rest_.size());
  const std::string_view field = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return field;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ToLower, ToLower);
}

bool IsToken(std::string_view text, size_t max_size) {
  return !text.empty() && text.size() <= max_size && std::ranges::all_of(text, IsTokenChar);
}

bool IsVisible(std::string_view text, size_t max_size) {
  return !text.empty() && text.size() <= max_size && std::ranges::all_of(text, IsVisibleChar);
}

}  // namespace continuo
