// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "hwaccel/choice/device_spec.h"
#include "mcu/link/link_memory.h"
#include "server/mixer_reaper.h"

namespace continuo {

// One running continuo-mixer: its process and the memory that we share with it. The process has
// nothing of ours but the link's descriptors and standard error; it dies with us. Destroying this
// kills it and waits for nothing: the reaper does, for as long as a driver keeps it. The memory may
// outlive the process: network shards let go of it in their own time (docs/adr/0003).
class MixerProcess {
 public:
  struct Options {
    std::string program;
    int shards = 1;
    TimeDelta device_deadline = TimeDelta::Millis(300);  // of a call into the device
    TimeDelta look_interval = TimeDelta::Seconds(1);     // whether it still reports
  };
  static Result<std::unique_ptr<MixerProcess>> Start(const Options& options,
                                                     const DeviceSpec& device, MixerReaper& reaper);
  ~MixerProcess();
  MixerProcess(const MixerProcess&) = delete;
  MixerProcess& operator=(const MixerProcess&) = delete;

  pid_t pid() const { return pid_; }
  // What it ended with; nothing while it runs, or when a signal ended it.
  std::optional<int> exit_code() const;
  // Readable once the process has ended.
  int ended_fd() const { return pidfd_.get(); }
  const std::shared_ptr<LinkMemory>& link() const { return link_; }

 private:
  MixerProcess(pid_t pid, UniqueFd pidfd, std::shared_ptr<LinkMemory> link, MixerReaper& reaper);

  pid_t pid_;
  UniqueFd pidfd_;
  std::shared_ptr<LinkMemory> link_;
  MixerReaper& reaper_;
};

}  // namespace continuo
