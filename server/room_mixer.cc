// SPDX-License-Identifier: Apache-2.0
#include "server/room_mixer.h"

#include <signal.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "server/mixer/exit_codes.h"

namespace continuo {
namespace {

// A mixer that lives shorter than this died of something that the next one will meet too.
constexpr TimeDelta kHealthyLife = TimeDelta::Seconds(10);
// As long as a mixer waits for its device to open.
constexpr int kDeadlinesToOpen = 2;
constexpr TimeDelta kMaxPause = TimeDelta::Seconds(5);

TimeDelta PauseAfter(int quick_deaths) {
  // The first death, and the second, cost no pause at all.
  if (quick_deaths < 2) return TimeDelta();
  return std::min(TimeDelta::Millis(100) * (int64_t{1} << std::min(quick_deaths, 10)), kMaxPause);
}

DevicePreference OnTheCpu() { return {false, std::string(DeviceTable::kCpuId)}; }

}  // namespace

RoomMixer::RoomMixer(ControlLoop& loop, Options options, DeviceTable& devices, Placement& placement,
                     RoomMixerObserver& observer, MixerTotals& totals, MixerReaper& reaper)
    : loop_(loop),
      options_(std::move(options)),
      devices_(devices),
      placement_(placement),
      observer_(observer),
      totals_(totals),
      reaper_(reaper) {
  Start();
}

RoomMixer::~RoomMixer() {
  if (restart_) loop_.Cancel(*restart_);
  Stop();
}

void RoomMixer::Start() {
  restart_.reset();
  lease_ = devices_.Take(placement_.failure.empty() ? placement_.preference : OnTheCpu());
  rates_ = {};
  auto process = MixerProcess::Start(options_, lease_->spec(), reaper_);
  if (!process) {
    LogError("mixer.start_failed", {{"reason", ToString(process.error())}});
    lease_.reset();
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
  left_device_ = false;
  hangs_ = false;
  report_watch_ =
      ReportWatch(kDeadlinesToOpen * options_.device_deadline.us() / options_.look_interval.us());
  look_ = loop_.CallAfter(options_.look_interval, [this] { LookAfter(); });
  // An epoll that cannot take two more descriptors would not carry the server either.
  if (!loop_.WatchReadable(process_->ended_fd(), [this] { OnEnded(); }) ||
      !loop_.WatchReadable(link.wake_control_fd(), [this] { ReadControl(); })) {
    LogError("mixer.watch_failed");
  }
  LogInfo("mixer.started",
          {{"pid", static_cast<int64_t>(process_->pid())}, {"device", ToString(lease_->spec())}});
  SendScene();
  observer_.OnLink(process_->link());
  ReadControl();
}

void RoomMixer::Stop() {
  if (!process_) return;
  if (look_) loop_.Cancel(*look_);
  look_.reset();
  loop_.Unwatch(process_->ended_fd());
  loop_.Unwatch(process_->link()->wake_control_fd());
  observer_.OnLink(nullptr);
  process_.reset();
  lease_.reset();
}

void RoomMixer::OnEnded() {
  ReadRecords();  // its last words
  Replace(hangs_ || process_->exit_code() == kExitDeviceHung ? End::kHangs : End::kDied);
}

void RoomMixer::LookAfter() {
  look_.reset();
  if (report_watch_.Look()) return Replace(End::kSilent);
  look_ = loop_.CallAfter(options_.look_interval, [this] { LookAfter(); });
}

std::string_view RoomMixer::ReasonOf(End end) {
  switch (end) {
    case End::kDied:
      return "the mixer died";
    case End::kHangs:
      return "it hangs";
    case End::kSilent:
      return "the mixer fell silent";
  }
  return "unknown";
}

void RoomMixer::Replace(End end) {
  const std::string reason(ReasonOf(end));
  const Timestamp now = MonotonicNow();
  const TimeDelta life = now - started_;
  quick_deaths_ = life < kHealthyLife ? quick_deaths_ + 1 : 0;
  if (!lease_->on_cpu()) {
    if (end == End::kDied) {
      lease_->MixerDied(now);
    } else {
      lease_->Failed(reason);
    }
    LeaveDevice(reason);
  }
  // On the CPU it has not died yet.
  if (std::exchange(left_device_, false)) quick_deaths_ = 0;
  totals_.deaths.Add();
  const TimeDelta pause = PauseAfter(quick_deaths_);
  LogWarning("mixer.died", {{"pid", static_cast<int64_t>(process_->pid())},
                            {"reason", reason},
                            {"after_seconds", life.seconds()},
                            {"restart_in_seconds", pause.seconds()}});
  Stop();
  if (pause == TimeDelta()) {
    Start();
  } else {
    restart_ = loop_.CallAfter(pause, [this] { Start(); });
  }
}

void RoomMixer::Move(DevicePreference preference) {
  placement_.preference = std::move(preference);
  const DeviceSpec next = devices_.WouldTake(placement_.preference, lease_.get());
  // Why it left a device stands as long as it stays where it fled to, unless it is to be there.
  if (next.backend != Backend::kCpu || !placement_.preference.automatic) placement_.failure.clear();
  if (process_ && lease_->spec() == next) return;
  if (restart_) loop_.Cancel(*restart_);
  Stop();
  quick_deaths_ = 0;
  Start();
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
  ReadRecords();
  if (hangs_) Replace(End::kHangs);
}

void RoomMixer::ReadRecords() {
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
      if (const auto growth = totals_.Add(bytes, baseline_)) OnReport(*growth);
      break;
    default:
      totals_.bad_records.Add();
      break;
  }
}

void RoomMixer::OnReport(const EngineGrowth& growth) {
  for (size_t stage = 0; stage < kStageCount; ++stage) {
    for (size_t backend = 0; backend < kBackendCount; ++backend) {
      StageRate& rate = rates_[stage][backend];
      rate.pictures = growth.work[stage][backend].pictures;
      rate.ever = rate.ever || rate.pictures > 0;
    }
  }
  lease_->Report(growth, MonotonicNow());
  report_watch_.Heard();
  // A mixer that left its device may have a call there still.
  if (growth.device_hangs && (!lease_->on_cpu() || left_device_)) hangs_ = true;
  if (lease_->on_cpu() || (growth.has_device && growth.failure.empty())) return;
  const std::string reason = growth.has_device ? growth.failure : "the mixer could not open it";
  if (growth.device_works && !growth.device_hangs) {
    lease_->GivenUp(reason, MonotonicNow());
  } else {
    lease_->Failed(reason);
  }
  LeaveDevice(reason);
}

// The process, if it lives on, has gone to the CPU by itself.
void RoomMixer::LeaveDevice(const std::string& reason) {
  placement_.failure = ToString(lease_->spec()) + ": " + reason;
  left_device_ = true;
  lease_ = devices_.Take(OnTheCpu());
  observer_.OnDeviceLost();
}

EngineView RoomMixer::View() const {
  EngineView view;
  if (process_) view.device = ToString(lease_->spec());
  view.failure = placement_.failure;
  for (size_t i = 0; i < kBackendCount; ++i) {
    const auto busy = [&](Stage stage) { return rates_[static_cast<size_t>(stage)][i].pictures; };
    const auto backend = static_cast<Backend>(i);
    if (busy(Stage::kDecode) > 0) view.decode.push_back(backend);
    if (busy(Stage::kCompose) > 0) view.compose.push_back(backend);
    if (busy(Stage::kEncode) > 0) view.encode.push_back(backend);
  }
  return view;
}

}  // namespace continuo
