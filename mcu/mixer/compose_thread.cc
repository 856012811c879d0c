// SPDX-License-Identifier: Apache-2.0
#include "mcu/mixer/compose_thread.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/thread_role.h"
#include "mcu/link/messages.h"

namespace continuo {
namespace {

// While nobody looks: pictures that wait to be taken keep a device's memory.
constexpr TimeDelta kTakePictures = TimeDelta::Millis(100);

}  // namespace

Result<std::unique_ptr<ComposeThread>> ComposeThread::Start(
    const LinkMemory& link, Engine& engine, std::span<const std::unique_ptr<DecodeWorker>> workers,
    size_t helpers, MixerProbe& probe) {
  auto wakeup = Wakeup::Create();
  if (!wakeup) return tl::unexpected(wakeup.error());
  auto probes = std::make_unique<Probes>();
  auto composer = Composer::Create(
      [&engine](PixelSize canvas) { return engine.CreateCompositor(canvas); }, probes->composer);
  if (!composer) return tl::unexpected(composer.error());
  std::unique_ptr<ComposeThread> thread(new ComposeThread(link, engine, workers, helpers, probe,
                                                          std::move(*wakeup), std::move(probes),
                                                          std::move(*composer)));
  thread->thread_ = std::thread([raw = thread.get()] { raw->Run(); });
  return thread;
}

ComposeThread::ComposeThread(const LinkMemory& link, Engine& engine,
                             std::span<const std::unique_ptr<DecodeWorker>> workers, size_t helpers,
                             MixerProbe& probe, Wakeup wakeup, std::unique_ptr<Probes> probes,
                             std::unique_ptr<Composer> composer)
    : link_(link),
      workers_(workers),
      probe_(probe),
      wakeup_(std::move(wakeup)),
      probes_(std::move(probes)),
      composer_(std::move(composer)),
      pool_(helpers),
      ladder_(
          [&engine](VideoCodec codec, const VideoEncoderConfig& config) {
            return engine.CreateEncoder(codec, config);
          },
          pool_, *this, probes_->ladder, MonotonicNow()) {
  for (int shard = 0; shard < link.shards(); ++shard) rings_.emplace_back(link.video_up(shard));
}

ComposeThread::~ComposeThread() {
  stop_.store(true, std::memory_order_release);
  wakeup_.Signal();
  if (thread_.joinable()) thread_.join();
}

void ComposeThread::SetScene(const Scene& scene) {
  scene_.Put(std::make_unique<Scene>(scene));
  wakeup_.Signal();
}

void ComposeThread::RequestKeyFrame(VideoRendition rendition) {
  key_frame_requests_.fetch_or(1u << rendition.index(), std::memory_order_acq_rel);
  wakeup_.Signal();
}

void ComposeThread::Run() {
  kComposeThread.Enter();
  while (!stop_.load(std::memory_order_acquire)) {
    TakeScene();
    TakePictures();
    const Timestamp now = MonotonicNow();
    TakeKeyFrameRequests(now);
    if (ladder_.NextDeadline() <= now) {
      composer_->Compose(now);
      ladder_.Encode(composer_->canvas(), composer_->canvas_version(), now);
    }
    wakeup_.WaitUntil(NextWake(now));
  }
}

Timestamp ComposeThread::NextWake(Timestamp now) const {
  const Timestamp tick = ladder_.NextDeadline();
  return anybody_sends_ ? std::min(tick, now + kTakePictures) : tick;
}

void ComposeThread::TakeScene() {
  const auto scene = scene_.Take();
  if (!scene) return;
  composer_->SetScene(*scene);
  ladder_.SetActive(scene->renditions);
  anybody_sends_ = std::ranges::any_of(scene->voices, &Voice::sends_video);
}

void ComposeThread::TakePictures() {
  for (const auto& worker : workers_) {
    while (auto picture = worker->TakePicture()) {
      composer_->SetPicture(picture->participant, std::move(picture->frame));
    }
  }
}

void ComposeThread::TakeKeyFrameRequests(Timestamp now) {
  const uint32_t requests = key_frame_requests_.exchange(0, std::memory_order_acq_rel);
  for (int i = 0; i < kVideoRenditionCount; ++i) {
    if ((requests >> i & 1) != 0) ladder_.RequestKeyFrame(*VideoRendition::FromIndex(i), now);
  }
}

void ComposeThread::OnRenditionFrame(VideoRendition rendition, const EncodedFrame& frame) {
  for (size_t shard = 0; shard < rings_.size(); ++shard) {
    if (!WriteRenditionFrame(rings_[shard], link_.wake_shard_fd(static_cast<int>(shard)),
                             {rendition, frame})) {
      // Whoever is on that shard misses a frame of the chain.
      probe_.ring_overflows.Add();
      RequestKeyFrame(rendition);
    }
  }
}

}  // namespace continuo
