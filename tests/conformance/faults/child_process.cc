// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/faults/child_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/check.h"
#include "base/clock.h"

namespace continuo {

ChildProcess::ChildProcess(const std::function<void(const Say&)>& body) {
  int ends[2];
  CONTINUO_CHECK(pipe(ends) == 0);
  std::fflush(nullptr);
  pid_ = fork();
  CONTINUO_CHECK(pid_ >= 0);
  if (pid_ == 0) {
    close(ends[0]);
    body([to_parent = ends[1]](const std::string& line) {
      const std::string text = line + "\n";
      CONTINUO_CHECK(write(to_parent, text.data(), text.size()) == std::ssize(text));
    });
    // With what runs at exit: a sanitizer's search for leaks.
    std::exit(0);
  }
  close(ends[1]);
  from_child_ = UniqueFd(ends[0]);
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<std::string> ChildProcess::Hear(TimeDelta patience) {
  const Timestamp deadline = MonotonicNow() + patience;
  while (true) {
    if (const size_t end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    pollfd readable{from_child_.get(), POLLIN, 0};
    const TimeDelta left = deadline - MonotonicNow();
    if (at_end_ || left <= TimeDelta()) return std::nullopt;
    if (poll(&readable, 1, static_cast<int>(left.ms()) + 1) <= 0) continue;
    std::array<char, 4096> buffer;
    const ssize_t count = read(from_child_.get(), buffer.data(), buffer.size());
    if (count <= 0) at_end_ = true;
    if (count > 0) unread_.append(buffer.data(), static_cast<size_t>(count));
  }
}

bool ChildProcess::EndedWell(std::string& how) {
  int status = 0;
  if (!at_end_) kill(pid_, SIGKILL);
  CONTINUO_CHECK(waitpid(pid_, &status, 0) == pid_);
  pid_ = -1;
  if (!at_end_) {
    how = "it had to be killed";
    return false;
  }
  if (WIFSIGNALED(status)) how = "signal " + std::to_string(WTERMSIG(status));
  if (WIFEXITED(status)) how = "status " + std::to_string(WEXITSTATUS(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace continuo
