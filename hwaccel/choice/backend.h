// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace continuo {

// A way to make pictures: a driver's interface.
enum class Backend : uint8_t { kCpu, kVaapi, kVpl };
inline constexpr int kBackendCount = 3;
std::string_view ToString(Backend backend);  // "cpu", "vaapi", "vpl"
std::optional<Backend> BackendFromName(std::string_view name);

}  // namespace continuo
