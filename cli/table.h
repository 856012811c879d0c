// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace continuo {

// Rows of the same number of cells, the first one the heading, as lines whose columns line up.
using TableRow = std::vector<std::string>;
std::string Table(const std::vector<TableRow>& rows);

}  // namespace continuo
