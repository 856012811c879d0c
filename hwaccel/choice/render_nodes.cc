// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/render_nodes.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace continuo {
namespace {

constexpr std::string_view kPrefix = "renderD";

// The number of a render node's file; -1 for another file.
int NumberOf(std::string_view name) {
  if (!name.starts_with(kPrefix)) return -1;
  name.remove_prefix(kPrefix.size());
  int number = -1;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == name.data() + name.size() ? number : -1;
}

}  // namespace

std::vector<std::string> RenderNodes(const std::string& directory) {
  std::vector<std::pair<int, std::string>> found;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (const int number = NumberOf(name); number >= 0) {
      found.emplace_back(number, directory + "/" + name);
    }
  }
  std::ranges::sort(found);
  std::vector<std::string> paths;
  for (auto& [number, path] : found) paths.push_back(std::move(path));
  return paths;
}

}  // namespace continuo
