// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace continuo {

// The render nodes of this machine, /dev/dri/renderD128 and so on, in order of number; one per GPU
// whose kernel driver is loaded. Says nothing of what they can do.
std::vector<std::string> RenderNodes(const std::string& directory = "/dev/dri");

}  // namespace continuo
