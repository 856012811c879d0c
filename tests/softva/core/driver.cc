// SPDX-License-Identifier: Apache-2.0
#include "softva/core/driver.h"

#include <fstream>
#include <utility>

namespace softva {

Driver::Driver(Options options)
    : options_(std::move(options)),
      capabilities_(options_.personality),
      journal_(options_.fault),
      queue_(options_.asynchronous) {}

std::map<std::string, size_t> Driver::Leaks() const {
  return {{"configs", configs_.size()},
          {"contexts", contexts_.size()},
          {"surfaces", surfaces_.size()},
          {"buffers", buffers_.size()},
          {"images", images_.size()}};
}

void Driver::WriteReport() const {
  if (options_.report_path.empty()) return;
  std::ofstream file(options_.report_path, std::ios::app);
  file << journal_.ToJson(options_, Leaks()) + '\n';
}

}  // namespace softva
