// SPDX-License-Identifier: Apache-2.0
#include "server/mixer_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace continuo {
namespace {

// Where the mixer finds the link: after the three standard descriptors.
constexpr int kFirstLinkFd = 3;
// Copies of our descriptors go above this first, so that moving one into its place never
// overwrites another that has not moved yet.
constexpr int kAboveTheTargets = 100;

class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

MixerProcess::MixerProcess(pid_t pid, UniqueFd pidfd, std::shared_ptr<LinkMemory> link,
                           MixerReaper& reaper)
    : pid_(pid), pidfd_(std::move(pidfd)), link_(std::move(link)), reaper_(reaper) {}

Result<std::unique_ptr<MixerProcess>> MixerProcess::Start(const Options& options,
                                                          const DeviceSpec& device,
                                                          MixerReaper& reaper) {
  auto link = LinkMemory::Create(options.shards);
  if (!link) return tl::unexpected(link.error());

  SpawnActions actions;
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  std::vector<UniqueFd> copies;
  for (const int fd : (*link)->Descriptors()) {
    copies.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, kAboveTheTargets));
    if (!copies.back()) return FailErrno(ErrorCode::kUnavailable, "cannot copy a descriptor");
    posix_spawn_file_actions_adddup2(actions.get(), copies.back().get(),
                                     kFirstLinkFd + static_cast<int>(copies.size()) - 1);
  }
  // Whatever else we have open, a listening socket above all, would be open as long as it lives.
  posix_spawn_file_actions_addclosefrom_np(actions.get(),
                                           kFirstLinkFd + static_cast<int>(copies.size()));

  std::vector<std::string> words{"continuo-mixer",
                                 "--parent",
                                 std::to_string(getpid()),
                                 "--link",
                                 std::to_string(kFirstLinkFd),
                                 "--shards",
                                 std::to_string(options.shards)};
  // Nothing said is the CPU alone.
  if (device.backend != Backend::kCpu) {
    words.insert(words.end(), {"--device", ToString(device), "--device-deadline-ms",
                               std::to_string(options.device_deadline.ms())});
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, options.program.c_str(), actions.get(), nullptr, arguments.data(), environ);
  if (error != 0) {
    errno = error;
    return FailErrno(ErrorCode::kUnavailable, "cannot start the mixer", options.program);
  }
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    const auto failure = FailErrno(ErrorCode::kUnavailable, "cannot watch the mixer's process");
    reaper.End(pid);
    return failure;
  }
  return std::unique_ptr<MixerProcess>(new MixerProcess(
      pid, std::move(pidfd), std::shared_ptr<LinkMemory>(std::move(*link)), reaper));
}

std::optional<int> MixerProcess::exit_code() const {
  siginfo_t info{};
  // It stays to be reaped.
  const int options = WEXITED | WNOHANG | WNOWAIT;
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, options) != 0) return std::nullopt;
  if (info.si_pid != pid_ || info.si_code != CLD_EXITED) return std::nullopt;
  return info.si_status;
}

MixerProcess::~MixerProcess() { reaper_.End(pid_); }

}  // namespace continuo
