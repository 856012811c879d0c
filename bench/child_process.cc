// SPDX-License-Identifier: Apache-2.0
#include "bench/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "base/unique_fd.h"

namespace continuo {
namespace {

double Seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

void Drain(int fd, const std::function<void(ByteView)>& on_output) {
  std::vector<uint8_t> buffer(1 << 16);
  while (true) {
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n <= 0) return;
    on_output(ByteView(buffer).first(static_cast<size_t>(n)));
  }
}

Result<pid_t> Spawn(const std::vector<std::string>& command, int stdout_fd) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (stdout_fd < 0) {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  } else {
    posix_spawn_file_actions_adddup2(&actions, stdout_fd, STDOUT_FILENO);
  }
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return Fail(ErrorCode::kUnavailable, "cannot run", command[0], error);
  return pid;
}

}  // namespace

Result<ChildUsage> RunChild(const std::vector<std::string>& command,
                            const std::function<void(ByteView)>& on_output) {
  std::array<int, 2> pipe_fds{-1, -1};
  if (on_output && pipe2(pipe_fds.data(), O_CLOEXEC) != 0) {
    return FailErrno(ErrorCode::kUnavailable, "cannot make a pipe");
  }
  const UniqueFd ours(pipe_fds[0]);
  UniqueFd theirs(pipe_fds[1]);
  const auto pid = Spawn(command, theirs.get());
  if (!pid) return tl::unexpected(pid.error());
  theirs.Reset();
  if (on_output) Drain(ours.get(), on_output);
  int status = 0;
  rusage usage{};
  if (wait4(*pid, &status, 0, &usage) != *pid) {
    return FailErrno(ErrorCode::kInternal, "cannot wait for", command[0]);
  }
  if (status != 0) return Fail(ErrorCode::kInternal, "a program failed", command[0], status);
  return ChildUsage{Seconds(usage.ru_utime) + Seconds(usage.ru_stime),
                    static_cast<double>(usage.ru_maxrss) / 1024};
}

}  // namespace continuo
