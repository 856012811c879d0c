// SPDX-License-Identifier: Apache-2.0
#include "mcu/mixer/audio_thread.h"

#include <pthread.h>
#include <sched.h>

#include <cstring>
#include <utility>

#include "base/clock.h"
#include "base/thread_role.h"
#include "codecs/registry.h"

namespace continuo {
namespace {

// Above everything that is not real-time; refused without the privilege, and then we go without.
void RaisePriority() {
  sched_param param{};
  param.sched_priority = 10;
  pthread_setschedparam(pthread_self(), SCHED_RR, &param);
}

int64_t TickAt(Timestamp time) { return time.us() / kAudioTick.us(); }
Timestamp TimeOf(int64_t tick) { return Timestamp::Micros(tick * kAudioTick.us()); }

// After a longer pause than this (a suspended machine) the ticks in between are left out.
constexpr int64_t kMaxCatchUp = 5;

}  // namespace

Result<std::unique_ptr<AudioThread>> AudioThread::Start(const LinkMemory& link, MixerProbe& probe) {
  auto wakeup = Wakeup::Create();
  if (!wakeup) return tl::unexpected(wakeup.error());
  std::unique_ptr<AudioThread> thread(new AudioThread(link, probe, std::move(*wakeup)));
  thread->thread_ = std::thread([raw = thread.get()] { raw->Run(); });
  return thread;
}

AudioThread::AudioThread(const LinkMemory& link, MixerProbe& probe, Wakeup wakeup)
    : link_(link),
      probe_(probe),
      wakeup_(std::move(wakeup)),
      audio_probe_(std::make_unique<AudioMixProbe>()),
      mixer_(std::make_unique<AudioMixer>(AudioCodecs{CreateAudioDecoder, CreateAudioEncoder},
                                          *audio_probe_)) {
  for (int shard = 0; shard < link.shards(); ++shard) rings_.emplace_back(link.audio_up(shard));
}

AudioThread::~AudioThread() {
  stop_.store(true, std::memory_order_release);
  wakeup_.Signal();
  if (thread_.joinable()) thread_.join();
}

void AudioThread::Submit(const ParticipantAudio& message) {
  QueuedPacket packet;
  packet.participant = message.participant;
  packet.sequence = message.packet.sequence;
  packet.rtp_timestamp = message.packet.rtp_timestamp;
  packet.arrival = message.packet.arrival;
  packet.size = static_cast<uint16_t>(message.packet.payload.size());
  std::memcpy(packet.payload.data(), message.packet.payload.data(), packet.size);
  if (!packets_.TryPush(std::move(packet))) probe_.refused_packets.Add();
}

void AudioThread::SetScene(const Scene& scene) {
  next_scene_.Put(std::make_unique<Scene>(scene));
  wakeup_.Signal();
}

void AudioThread::Run() {
  kAudioThread.Enter();
  RaisePriority();
  int64_t next_tick = TickAt(MonotonicNow()) + 1;
  while (!stop_.load(std::memory_order_acquire)) {
    TakeScene();
    const bool anybody = scene_ && scene_->audio_rungs.any();
    wakeup_.WaitUntil(anybody ? TimeOf(next_tick) : Timestamp::Infinite());
    const Timestamp now = MonotonicNow();
    const int64_t current = TickAt(now);
    if (!anybody || current - next_tick > kMaxCatchUp) next_tick = current;
    TakePackets();
    for (; anybody && next_tick <= current; ++next_tick) mixer_->Tick(next_tick, now, *this);
  }
}

void AudioThread::TakeScene() {
  auto scene = next_scene_.Take();
  if (!scene) return;
  scene_ = std::move(scene);
  if (!mixer_->SetVoices(scene_->voices, scene_->audio_rungs)) probe_.audio_codec_errors.Add();
}

void AudioThread::TakePackets() {
  while (const auto packet = packets_.TryPop()) {
    mixer_->Insert(packet->participant, {packet->sequence, packet->rtp_timestamp, packet->arrival,
                                         ByteView(packet->payload).first(packet->size)});
  }
}

void AudioThread::OnPrivateAudio(ParticipantId participant, Rung, int64_t tick, ByteView opus) {
  for (const Voice& voice : scene_->voices) {
    if (voice.participant != participant) continue;
    const size_t shard = voice.shard.value();
    if (shard >= rings_.size()) return;
    if (!WritePrivateAudio(rings_[shard], link_.wake_shard_fd(static_cast<int>(shard)),
                           {participant, tick, opus})) {
      probe_.ring_overflows.Add();
    }
    return;
  }
}

void AudioThread::OnSharedAudio(Rung rung, int64_t tick, ByteView opus) {
  for (size_t shard = 0; shard < rings_.size(); ++shard) {
    if (!WriteSharedAudio(rings_[shard], link_.wake_shard_fd(static_cast<int>(shard)),
                          {rung, tick, opus})) {
      probe_.ring_overflows.Add();
    }
  }
}

}  // namespace continuo
