// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace continuo {

// A file of web/, embedded in the program at build time.
struct WebAsset {
  std::string_view name;  // "join.js"
  std::string_view content_type;
  std::string_view etag;  // quoted, changes with the bytes
  std::string_view bytes;
};

std::span<const WebAsset> WebAssets();

}  // namespace continuo
