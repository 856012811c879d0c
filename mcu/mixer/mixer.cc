// SPDX-License-Identifier: Apache-2.0
#include "mcu/mixer/mixer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread_role.h"

namespace continuo {
namespace {

constexpr TimeDelta kReportInterval = TimeDelta::Seconds(1);
// The edge repeats a request until a key frame arrives; this is for a key frame that we lost. One
// that came and was of no use is asked for again at once, but once only: a stream that never
// decodes costs its sender two key frames a second. And once more when the device is given up, for
// then every stream begins anew.
constexpr TimeDelta kAskAgain = TimeDelta::Seconds(1);

}  // namespace

Mixer::Mixer(const LinkMemory& link, std::unique_ptr<EventLoop> loop, Options options)
    : link_(link),
      options_(std::move(options)),
      loop_(std::move(loop)),
      engine_(std::move(options_.device)),
      hang_detector_(options_.device_deadline),
      control_up_(link.control_up()) {
  rings_.emplace_back(link.control_down());
  for (int shard = 0; shard < link.shards(); ++shard) rings_.emplace_back(link.media_down(shard));
}

Mixer::~Mixer() = default;

Result<std::unique_ptr<Mixer>> Mixer::Create(const LinkMemory& link, Options options) {
  auto loop = EventLoop::Create();
  if (!loop) return tl::unexpected(loop.error());
  std::unique_ptr<Mixer> mixer(new Mixer(link, std::move(*loop), std::move(options)));
  if (auto started = mixer->StartThreads(); !started) return tl::unexpected(started.error());
  if (auto watched = mixer->loop_->WatchReadable(link.wake_mixer_fd(),
                                                 [raw = mixer.get()] { raw->ReadLink(); });
      !watched) {
    return tl::unexpected(watched.error());
  }
  return mixer;
}

Status Mixer::StartThreads() {
  const auto want_key_frame = [this](ParticipantId participant, uint64_t serial) {
    loop_->Post([this, participant, serial] { WantKeyFrame(participant, serial); });
  };
  for (size_t i = 0; i < std::max<size_t>(options_.decode_workers, 1); ++i) {
    auto worker = DecodeWorker::Start(engine_, want_key_frame, probe_);
    if (!worker) return tl::unexpected(worker.error());
    workers_.push_back(std::move(*worker));
  }
  auto compose = ComposeThread::Start(link_, engine_, workers_, options_.encode_helpers, probe_);
  if (!compose) return tl::unexpected(compose.error());
  compose_ = std::move(*compose);
  auto audio = AudioThread::Start(link_, probe_);
  if (!audio) return tl::unexpected(audio.error());
  audio_ = std::move(*audio);
  return {};
}

void Mixer::Run() {
  kMixerMainThread.Enter();
  ReportAgain();
  if (engine_.accelerator() != nullptr) WatchDevice();
  loop_->Post([this] { ReadLink(); });
  loop_->Run();
}

void Mixer::Stop() { loop_->Stop(); }

void Mixer::ReadLink() {
  LinkMemory::DrainWake(link_.wake_mixer_fd());
  bool more = true;
  while (more) {
    more = false;
    for (RingConsumer& ring : rings_) more |= ReadRing(ring);
    if (more) continue;
    for (RingConsumer& ring : rings_) more |= !ring.PrepareToSleep();
  }
}

bool Mixer::ReadRing(RingConsumer& ring) {
  bool any = false;
  while (const auto record = ring.Peek()) {
    OnRecord(*record);
    ring.Pop();
    any = true;
  }
  CONTINUO_CHECK(!ring.broken());  // the edge is ours: only a bug of ours does that
  return any;
}

void Mixer::OnRecord(const RingConsumer::Record& record) {
  switch (static_cast<LinkRecord>(record.type)) {
    case LinkRecord::kScene:
      if (const auto scene = ReadScene(record.bytes)) OnScene(*scene);
      break;
    case LinkRecord::kVideoFrame:
      if (const auto message = ReadVideoFrame(record.bytes)) OnVideoFrame(*message);
      break;
    case LinkRecord::kAudioPacket:
      if (const auto message = ReadAudioPacket(record.bytes)) audio_->Submit(*message);
      break;
    case LinkRecord::kKeyFrameRequest:
      if (const auto rendition = ReadKeyFrameRequest(record.bytes)) {
        compose_->RequestKeyFrame(*rendition);
      }
      break;
    default:
      break;
  }
}

void Mixer::OnScene(const Scene& scene) {
  if (scene.version < scene_version_) return;
  scene_version_ = scene.version;
  for (const Voice& voice : scene.voices) {
    if (!voice.sends_video || sources_.contains(voice.participant)) continue;
    sources_[voice.participant].worker = next_worker_++ % workers_.size();
    // Whoever sends already, to a mixer before this one, has to begin anew for us.
    WantKeyFrame(voice.participant, ++frames_);
  }
  std::erase_if(sources_, [&](const auto& entry) {
    const bool stays = std::ranges::any_of(scene.voices, [&](const Voice& voice) {
      return voice.participant == entry.first && voice.sends_video;
    });
    if (!stays) workers_[entry.second.worker]->Forget(entry.first);
    return !stays;
  });
  compose_->SetScene(scene);
  audio_->SetScene(scene);
}

void Mixer::OnVideoFrame(const ParticipantFrame& message) {
  const auto it = sources_.find(message.participant);
  if (it == sources_.end()) return;  // its Scene is not here yet, or it has just left
  Source& source = it->second;
  const uint64_t serial = ++frames_;
  if (message.frame.kind == FrameKind::kKey) {
    source.answered = true;
    source.key_serial = serial;
  } else if (source.waits_for_key) {
    WantKeyFrame(message.participant, serial);
    return;
  }
  source.waits_for_key =
      !workers_[source.worker]->Submit(message.participant, serial, message.frame);
  if (source.waits_for_key) probe_.refused_frames.Add();
}

void Mixer::WantKeyFrame(ParticipantId participant, uint64_t serial) {
  const auto it = sources_.find(participant);
  if (it == sources_.end()) return;
  Source& source = it->second;
  // The worker has been given another key frame since, and will say of that what it is worth.
  if (serial < source.key_serial) return;
  source.waits_for_key = true;
  const Timestamp now = MonotonicNow();
  const bool given_up = engine_.given_up();
  const Timestamp last = source.answered ? source.asked_before : source.asked;
  if (now - last < kAskAgain && source.moved == given_up) return;
  source.moved = given_up;
  source.asked_before = std::exchange(source.asked, now);
  source.answered = false;
  if (!WriteSenderKeyFrame(control_up_, link_.wake_control_fd(), participant)) {
    probe_.ring_overflows.Add();
  }
}

void Mixer::Report() {
  const std::string report = MakeReport(scene_version_, probe_, engine_, device_calls_,
                                        compose_->probes(), audio_->probe());
  if (!WriteReport(control_up_, link_.wake_control_fd(), report)) probe_.ring_overflows.Add();
}

void Mixer::ReportAgain() {
  Report();
  loop_->CallAt(MonotonicNow() + kReportInterval, [this] { ReportAgain(); });
}

void Mixer::WatchDevice() {
  const Timestamp now = MonotonicNow();
  const bool hangs = hang_detector_.Hangs(engine_.accelerator()->calls().Oldest(), now);
  if (hangs) {
    engine_.GiveUp({ErrorCode::kDeviceFailed, "a call did not return", {}, 0});
    device_calls_ = DeviceCalls::kHang;
  }
  const bool news = engine_.given_up() && !std::exchange(device_failure_seen_, true);
  if (news) {
    LogError("device.given_up", {{"device", engine_.accelerator()->info().path},
                                 {"reason", ToString(*engine_.failure())}});
  }
  // A hang is said in any case: our end may not come when a call is stuck in the kernel.
  if (news || hangs) Report();
  if (hangs) return options_.on_device_hung();
  loop_->CallAt(now + hang_detector_.interval(), [this] { WatchDevice(); });
}

}  // namespace continuo
