// SPDX-License-Identifier: Apache-2.0
#include "server/room_mixer.h"

#include <signal.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"

namespace continuo {
namespace {

// A mixer that lives shorter than this died of something that the next one will meet too.
constexpr TimeDelta kHealthyLife = TimeDelta::Seconds(10);
constexpr TimeDelta kMaxPause = TimeDelta::Seconds(5);

TimeDelta PauseAfter(int quick_deaths) {
  // The first death, and the second, cost no pause at all.
  if (quick_deaths < 2) return TimeDelta();
  return std::min(TimeDelta::Millis(100) * (int64_t{1} << std::min(quick_deaths, 10)), kMaxPause);
}

}  // namespace

RoomMixer::RoomMixer(ControlLoop& loop, Options options, RoomMixerObserver& observer,
                     MixerTotals& totals)
    : loop_(loop), options_(std::move(options)), observer_(observer), totals_(totals) {
  Start();
}

RoomMixer::~RoomMixer() {
  if (restart_) loop_.Cancel(*restart_);
  Stop();
}

void RoomMixer::Start() {
  restart_.reset();
  auto process = MixerProcess::Start(options_.program, options_.shards);
  if (!process) {
    LogError("mixer.start_failed", {{"reason", ToString(process.error())}});
    restart_ = loop_.CallAfter(PauseAfter(++quick_deaths_), [this] { Start(); });
    return;
  }
  process_ = std::move(*process);
  started_ = MonotonicNow();
  totals_.starts.Add();
  const LinkMemory& link = *process_->link();
  control_down_ = RingProducer(link.control_down());
  control_up_ = RingConsumer(link.control_up());
  baseline_ = {};
  // An epoll that cannot take two more descriptors would not carry the server either.
  if (!loop_.WatchReadable(process_->ended_fd(), [this] { OnEnded(); }) ||
      !loop_.WatchReadable(link.wake_control_fd(), [this] { ReadControl(); })) {
    LogError("mixer.watch_failed");
  }
  LogInfo("mixer.started", {{"pid", static_cast<int64_t>(process_->pid())}});
  SendScene();
  observer_.OnLink(process_->link());
  ReadControl();
}

void RoomMixer::Stop() {
  if (!process_) return;
  loop_.Unwatch(process_->ended_fd());
  loop_.Unwatch(process_->link()->wake_control_fd());
  observer_.OnLink(nullptr);
  process_.reset();
}

void RoomMixer::OnEnded() {
  const TimeDelta life = MonotonicNow() - started_;
  quick_deaths_ = life < kHealthyLife ? quick_deaths_ + 1 : 0;
  totals_.deaths.Add();
  const TimeDelta pause = PauseAfter(quick_deaths_);
  LogWarning("mixer.died", {{"pid", static_cast<int64_t>(process_->pid())},
                            {"after_seconds", life.seconds()},
                            {"restart_in_seconds", pause.seconds()}});
  Stop();
  if (pause == TimeDelta()) {
    Start();
  } else {
    restart_ = loop_.CallAfter(pause, [this] { Start(); });
  }
}

void RoomMixer::SetScene(const Scene& scene) {
  scene_ = scene;
  if (process_) SendScene();
}

void RoomMixer::SendScene() {
  if (!WriteScene(control_down_, process_->link()->wake_mixer_fd(), scene_)) {
    // Its main thread has read nothing for hundreds of Scenes. Better a new one than a wrong room.
    LogError("mixer.stuck");
    Kill();
  }
}

void RoomMixer::Kill() {
  if (process_) kill(process_->pid(), SIGKILL);
}

void RoomMixer::ReadControl() {
  LinkMemory::DrainWake(process_->link()->wake_control_fd());
  do {
    while (const auto record = control_up_.Peek()) {
      OnRecord(*record);
      control_up_.Pop();
    }
  } while (!control_up_.PrepareToSleep());
  if (control_up_.broken()) {
    LogError("mixer.hostile_link");
    Kill();
  }
}

void RoomMixer::OnRecord(const RingConsumer::Record& record) {
  // The mixer may have been taken over: copied before it is parsed, since it could still write.
  const std::vector<uint8_t> bytes(record.bytes.begin(), record.bytes.end());
  switch (static_cast<LinkRecord>(record.type)) {
    case LinkRecord::kSenderKeyFrame:
      if (const auto participant = ReadSenderKeyFrame(bytes)) {
        observer_.OnSenderKeyFrameWanted(*participant);
      }
      break;
    case LinkRecord::kReport:
      totals_.Add(bytes, baseline_);
      break;
    default:
      totals_.bad_records.Add();
      break;
  }
}

}  // namespace continuo
