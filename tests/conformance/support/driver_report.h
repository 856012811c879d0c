// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace continuo {

// What the software driver says of itself whenever a VADisplay is terminated: see
// tests/softva/README.md, SOFTVA_REPORT. Reads nothing when that is not set.
class DriverReport {
 public:
  // Of one VADisplay.
  struct Session {
    std::map<std::string, int64_t> calls;  // by the name of the call, without "va"
    std::map<std::string, int64_t> maps;   // by what was mapped
    std::map<std::string, int64_t> leaks;  // by what was left
    std::vector<std::string> violations;
    int64_t call_count() const;
  };

  // Forgets what was reported so far.
  void Begin();
  std::vector<Session> Read() const;
  // A gtest failure for every leak and every violation, and for a report that should be there and
  // is not.
  void ExpectNothingBad() const;
};

}  // namespace continuo
