// SPDX-License-Identifier: Apache-2.0
#include "server/mixer_reaper.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/clock.h"
#include "base/log.h"

namespace continuo {
namespace {

// Between two looks for the dying: soon for those that die as they should, then ever more rarely.
constexpr TimeDelta kFirstPause = TimeDelta::Millis(10);
constexpr TimeDelta kLastPause = TimeDelta::Seconds(1);

// True as well when it is no child of ours any more.
bool IsGone(pid_t pid) {
  const pid_t reaped = waitpid(pid, nullptr, WNOHANG);
  return reaped == pid || (reaped < 0 && errno == ECHILD);
}

}  // namespace

MixerReaper::MixerReaper(ControlLoop& loop, Gauge& unkillable, TimeDelta patience)
    : loop_(loop), unkillable_(unkillable), patience_(patience) {}

MixerReaper::~MixerReaper() {
  if (timer_) loop_.Cancel(*timer_);
  std::erase_if(dying_, [](const Dying& one) { return IsGone(one.pid); });
}

void MixerReaper::End(pid_t pid) {
  kill(pid, SIGKILL);  // not reaped yet, so the id is still its own
  if (IsGone(pid)) return;
  dying_.push_back({pid, MonotonicNow()});
  pause_ = kFirstPause;
  LookLater();
}

void MixerReaper::LookLater() {
  if (timer_) loop_.Cancel(*timer_);
  timer_ = loop_.CallAfter(pause_, [this] { Look(); });
  pause_ = std::min(pause_ * 2, kLastPause);
}

void MixerReaper::Look() {
  timer_.reset();
  const Timestamp now = MonotonicNow();
  std::erase_if(dying_, [&](const Dying& one) {
    if (!IsGone(one.pid)) return false;
    if (one.unkillable) LogInfo("mixer.gone_at_last", {{"pid", static_cast<int64_t>(one.pid)}});
    return true;
  });
  for (Dying& one : dying_) {
    if (now - one.killed < patience_ || std::exchange(one.unkillable, true)) continue;
    LogError("mixer.unkillable", {{"pid", static_cast<int64_t>(one.pid)}});
  }
  Count();
  if (!dying_.empty()) LookLater();
}

void MixerReaper::Count() {
  unkillable_.Set(std::ranges::count_if(dying_, [](const Dying& one) { return one.unkillable; }));
}

}  // namespace continuo
