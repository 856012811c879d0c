// SPDX-License-Identifier: Apache-2.0
// Names that somebody else chose: what is drawn is bounded, well-formed, and the same when it is
// taken for a name again.
#include "mcu/video/display_name.h"

#include <glib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace continuo;
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  const std::string shown = DisplayName(name);
  const auto length = static_cast<gssize>(shown.size());
  CONTINUO_CHECK(g_utf8_validate(shown.data(), length, nullptr));
  // Every bad byte may become the three of U+FFFD.
  CONTINUO_CHECK(shown.size() <= 3 * kMaxNameBytes);
  CONTINUO_CHECK(g_utf8_strlen(shown.data(), length) <= static_cast<glong>(kMaxNameCharacters));
  if (shown.size() <= kMaxNameBytes) CONTINUO_CHECK(DisplayName(shown) == shown);
  const std::string initials = InitialsOf(shown);
  CONTINUO_CHECK(!initials.empty() && initials.size() <= 40);
  CONTINUO_CHECK(g_utf8_validate(initials.data(), static_cast<gssize>(initials.size()), nullptr));
  return 0;
}
