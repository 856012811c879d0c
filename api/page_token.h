// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

inline constexpr int32_t kDefaultPageSize = 50;
inline constexpr int32_t kMaxPageSize = 500;

// One page of a list that is in order of a unique key (AIP-158). The token is the key of the last
// item of the page before, so what is created or deleted in between neither repeats nor hides
// others.
template <typename Item>
struct Page {
  std::vector<Item> items;
  std::string next_token;  // empty on the last page
};

template <typename Item, typename KeyOf>
Page<Item> TakePage(const std::vector<Item>& sorted, int32_t page_size, std::string_view token,
                    KeyOf key_of) {
  const size_t size =
      static_cast<size_t>(page_size <= 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize));
  auto begin = sorted.begin();
  if (!token.empty()) {
    begin = std::find_if(sorted.begin(), sorted.end(),
                         [&](const Item& item) { return key_of(item) > token; });
  }
  const auto left = static_cast<size_t>(sorted.end() - begin);
  Page<Item> page;
  page.items.assign(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, left)));
  if (left > size) page.next_token = key_of(page.items.back());
  return page;
}

}  // namespace continuo
