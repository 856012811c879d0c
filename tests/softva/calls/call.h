// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va_backend.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "softva/core/driver.h"

namespace softva {

// A call's name as a template argument.
template <size_t kSize>
struct CallName {
  consteval CallName(const char (&literal)[kSize]) { std::copy_n(literal, kSize, text); }
  std::string_view view() const { return {text, kSize - 1}; }
  char text[kSize];
};

// Call<"EndPicture", EndPicture>::Enter is what stands in libva's table for EndPicture(Driver&, …):
// it counts the call and makes it go wrong where that is asked for.
template <CallName name, auto function>
struct Call;

template <CallName name, class... Arguments, VAStatus (*function)(Driver&, Arguments...)>
struct Call<name, function> {
  static VAStatus Enter(VADriverContextP context, Arguments... arguments) {
    Driver& driver = *static_cast<Driver*>(context->pDriverData);
    if (const auto at_once = driver.journal().Enter(name.view())) return *at_once;
    return function(driver, arguments...);
  }
};

}  // namespace softva
