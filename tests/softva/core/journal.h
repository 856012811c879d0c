// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <va/va.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "softva/core/options.h"

namespace softva {

// What a program did to the driver since vaInitialize: how often it called and mapped what, and
// which rules it broke. It is also what makes things go wrong on demand, because it counts. Any
// thread.
class Journal {
 public:
  explicit Journal(Fault fault) : fault_(std::move(fault)) {}

  // To be asked at the beginning of every call: what the call shall return at once, if something
  // is to go wrong with it. Doesn't return at all where the call shall hang. After the loss of the
  // device only calls that give something back still work, as with a real one.
  std::optional<VAStatus> Enter(std::string_view call);

  bool lost() const;

  void CountMap(std::string_view of);

  // Notes that the program broke a rule that not every driver enforces.
  void Violation(std::string what);
  // Notes it, and passes on what the call shall return.
  VAStatus Reject(VAStatus status, std::string what);

  // {"personality":…,"calls":{…},"maps":{…},"leaks":{…},"violations":[…]}
  std::string ToJson(const Options& options, const std::map<std::string, size_t>& leaks) const;

 private:
  const Fault fault_;
  mutable std::mutex mutex_;  // over all below
  bool lost_ = false;
  uint64_t all_calls_ = 0;
  std::map<std::string, uint64_t, std::less<>> calls_;
  std::map<std::string, uint64_t, std::less<>> maps_;
  std::map<std::string, uint64_t, std::less<>> violations_;
};

}  // namespace softva
