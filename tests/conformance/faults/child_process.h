// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/unique_fd.h"

namespace continuo {

// Part of this program in a process of its own, which may crash or hang. Made before this process
// has any thread. What it says comes back line by line.
class ChildProcess {
 public:
  using Say = std::function<void(const std::string& line)>;
  // `body` runs in the child, which ends with it.
  explicit ChildProcess(const std::function<void(const Say&)>& body);
  // Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next line; nothing when it ended, or said nothing for `patience`.
  std::optional<std::string> Hear(TimeDelta patience);
  // Whether it came to its end by itself and without error. Waits for the end after Hear() gave
  // nothing; one that is still there then is killed, and `how` says so.
  bool EndedWell(std::string& how);

 private:
  pid_t pid_ = -1;
  UniqueFd from_child_;
  std::string unread_;
  bool at_end_ = false;
};

}  // namespace continuo
