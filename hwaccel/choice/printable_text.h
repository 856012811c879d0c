// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace continuo {

// What another process said, as text that may stand in a log, a terminal or a JSON document: at
// most `max_bytes` of it, with a '?' for each byte that is a control character or not well-formed
// UTF-8.
std::string PrintableText(std::string_view text, size_t max_bytes = 300);

}  // namespace continuo
