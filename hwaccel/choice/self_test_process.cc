// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/self_test_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "hwaccel/choice/printable_text.h"

namespace continuo {
namespace {

// A process that was killed is gone at once, unless it is inside its kernel's driver.
constexpr TimeDelta kDying = TimeDelta::Seconds(2);

class SpawnSettings {
 public:
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  posix_spawn_file_actions_t* actions() { return &actions_; }
  posix_spawnattr_t* attributes() { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// The exit of a child as waitid() tells it.
struct Exit {
  bool by_signal = false;
  int number = 0;  // the signal, or the status
};

enum class Outcome { kEnded, kLate, kTooMuch };

// The program at work, in a process group of its own, and what it has said so far.
class Child {
 public:
  Child(pid_t pid, UniqueFd pidfd, UniqueFd output)
      : pid_(pid), pidfd_(std::move(pidfd)), output_(std::move(output)) {}
  ~Child() { End(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Until it has ended, or `deadline`.
  Outcome Listen(Timestamp deadline);
  // Ends it and all that it started, and reaps it. How it ended; nothing when the kernel keeps it.
  std::optional<Exit> End();
  const std::string& said() const { return said_; }

 private:
  bool Read();  // all that is there; false once there will be no more

  const pid_t pid_;
  const UniqueFd pidfd_;  // readable once the process has ended
  UniqueFd output_;       // non-blocking
  std::string said_;
  bool reaped_ = false;
};

int PollTimeout(TimeDelta left) {
  return left <= TimeDelta() ? 0 : static_cast<int>(left.us() / 1000 + 1);
}

bool IsReadable(int fd, TimeDelta timeout) {
  pollfd wanted{fd, POLLIN, 0};
  return poll(&wanted, 1, PollTimeout(timeout)) > 0;
}

Outcome Child::Listen(Timestamp deadline) {
  for (bool open = true;;) {
    std::array<pollfd, 2> wanted{
        {{pidfd_.get(), POLLIN, 0}, {open ? output_.get() : -1, POLLIN, 0}}};
    const TimeDelta left = deadline - MonotonicNow();
    if (left <= TimeDelta()) return Outcome::kLate;
    if (poll(wanted.data(), wanted.size(), PollTimeout(left)) < 0 && errno != EINTR) {
      return Outcome::kLate;
    }
    // First whether it ended: what it said by then is all there is, whoever holds the pipe still.
    const bool ended = wanted[0].revents != 0;
    if (open) open = Read();
    if (said_.size() > kMaxSelfTestJson) return Outcome::kTooMuch;
    if (ended) return Outcome::kEnded;
  }
}

bool Child::Read() {
  std::array<char, 4096> part;
  while (said_.size() <= kMaxSelfTestJson) {
    const ssize_t got = read(output_.get(), part.data(), part.size());
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    said_.append(part.data(), static_cast<size_t>(got));
  }
  return true;
}

std::optional<Exit> Child::End() {
  if (std::exchange(reaped_, true)) return std::nullopt;
  // Not reaped yet, so the ids are still its own.
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  if (!IsReadable(pidfd_.get(), kDying)) return std::nullopt;
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) != 0) return std::nullopt;
  return Exit{info.si_code != CLD_EXITED, info.si_status};
}

Result<std::pair<UniqueFd, UniqueFd>> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return FailErrno(ErrorCode::kResourceExhausted, "cannot listen to a self-test");
  }
  std::pair<UniqueFd, UniqueFd> pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  fcntl(ends[0], F_SETFL, O_NONBLOCK);  // this end alone: the other's file is another
  return pipe;
}

// errno of the attempt, or 0.
int Spawn(const std::string& program, const DeviceSpec& spec, int output, pid_t& pid) {
  SpawnSettings settings;
  posix_spawn_file_actions_addopen(settings.actions(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(settings.actions(), output, STDOUT_FILENO);
  // Nothing else that we have open: it may hold that for as long as its driver holds it.
  posix_spawn_file_actions_addclosefrom_np(settings.actions(), STDERR_FILENO + 1);
  // A group of its own, so that what it starts ends with it; and no signal that we hold back.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(settings.attributes(), &none);
  posix_spawnattr_setpgroup(settings.attributes(), 0);
  posix_spawnattr_setflags(settings.attributes(), POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  std::string name = "continuo-mixer";
  std::string flag(kSelfTestFlag);
  std::string device = ToString(spec);
  std::string stages(kSelfTestStagesFlag);
  std::array<char*, 5> arguments{name.data(), flag.data(), device.data(), stages.data(), nullptr};
  return posix_spawn(&pid, program.c_str(), settings.actions(), settings.attributes(),
                     arguments.data(), environ);
}

// Its last line: the report, or what it was trying.
std::string_view LastLine(std::string_view said) {
  while (said.ends_with('\n')) said.remove_suffix(1);
  const size_t before = said.rfind('\n');
  return before == said.npos ? said : said.substr(before + 1);
}

// ", at decode h264"; empty when it never said, or said something else since.
std::string Where(std::string_view said) {
  const std::string_view line = LastLine(said.substr(0, said.rfind('\n') + 1));  // a whole one
  if (!line.starts_with(kSelfTestStagePrefix)) return {};
  return ", " + PrintableText(line);
}

std::string Seconds(TimeDelta span) {
  return std::to_string((span + TimeDelta::Millis(999)).ms() / 1000) + " s";
}

std::string Words(const Exit& exit) {
  if (!exit.by_signal) return "ended with status " + std::to_string(exit.number);
  const char* const name = sigabbrev_np(exit.number);
  return "crashed (" + (name != nullptr ? std::string("SIG") + name : "signal") + ")";
}

SelfTestReport Without(const std::string& error) {
  SelfTestReport report;
  report.error = error;
  return report;
}

SelfTestReport ReportOf(Child& child, Outcome outcome, TimeDelta deadline) {
  const std::optional<Exit> exit = child.End();
  const std::string where = Where(child.said());
  if (!exit) return Without("the self-test hangs in the kernel and cannot be ended" + where);
  if (outcome == Outcome::kLate) return Without("no result within " + Seconds(deadline) + where);
  if (outcome == Outcome::kTooMuch) return Without("the self-test said too much" + where);
  auto report = SelfTestReportFromJson(LastLine(child.said()));
  const bool ended_well = !exit->by_signal && exit->number == 0;
  if (report && ended_well) return std::move(*report);
  if (report) return Without("the self-test " + Words(*exit) + " after its result");
  if (ended_well) return Without("the self-test's result cannot be read" + where);
  return Without("the self-test " + Words(*exit) + where);
}

}  // namespace

Result<SelfTestReport> RunSelfTest(const std::string& mixer_program, const DeviceSpec& spec,
                                   TimeDelta deadline) {
  const Timestamp began = MonotonicNow();
  auto pipe = MakePipe();
  if (!pipe) return tl::unexpected(std::move(pipe.error()));
  SelfTestReport report;
  pid_t pid = -1;
  if (const int error = Spawn(mixer_program, spec, pipe->second.get(), pid); error != 0) {
    errno = error;
    report = Without(ToString(
        FailErrno(ErrorCode::kUnavailable, "cannot run the mixer program", mixer_program).value()));
  } else {
    UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd) {
      auto failure = FailErrno(ErrorCode::kResourceExhausted, "cannot watch a self-test");
      kill(-pid, SIGKILL);
      waitpid(pid, nullptr, 0);
      return failure;
    }
    pipe->second.Reset();
    Child child(pid, std::move(pidfd), std::move(pipe->first));
    const Outcome outcome = child.Listen(began + deadline);
    report = ReportOf(child, outcome, deadline);
  }
  // Not from the other process: what was asked is known here.
  report.device = ToString(spec);
  report.backend = ToString(spec.backend);
  report.path = spec.path;
  if (!report.error.empty()) report.passed = false;
  if (report.duration_ms == 0) report.duration_ms = (MonotonicNow() - began).ms();
  return report;
}

}  // namespace continuo
