// SPDX-License-Identifier: Apache-2.0
#include "bench/added_latency_room.h"

#include <algorithm>
#include <future>
#include <utility>

#include "base/clock.h"
#include "mcu/link/messages.h"
#include "mcu/scene/layout.h"
#include "mcu/scene/scene.h"
#include "transport/session/negotiation.h"

namespace continuo {
namespace {

constexpr RoomId kRoom(1);
constexpr ShardIndex kShard(0);

}  // namespace

Result<std::unique_ptr<LatencyRoom>> LatencyRoom::Create(uint32_t senders) {
  auto certificate = Certificate::MakeForDtls(UnixSeconds());
  if (!certificate) return tl::unexpected(certificate.error());
  auto link = LinkMemory::Create(2);
  if (!link) return tl::unexpected(link.error());
  std::unique_ptr<LatencyRoom> room(new LatencyRoom(std::move(*certificate), std::move(*link)));
  if (auto started = room->StartShard(); !started) return tl::unexpected(started.error());
  if (auto started = room->StartMixer(); !started) return tl::unexpected(started.error());
  room->SendScene(senders);
  return room;
}

LatencyRoom::LatencyRoom(Certificate certificate, std::shared_ptr<LinkMemory> link)
    : certificate_(std::move(certificate)),
      link_(std::move(link)),
      tap_(link_->video_up(kTap)),
      tap_audio_(link_->audio_up(kTap)) {}

LatencyRoom::~LatencyRoom() {
  shard_.reset();
  control_.Stop();
  if (control_thread_.joinable()) control_thread_.join();
  if (mixer_) mixer_->Stop();
  if (mixer_thread_.joinable()) mixer_thread_.join();
}

Status LatencyRoom::StartShard() {
  auto shard = EdgeShard::Start({.index = kShard, .udp = SocketAddress::Ipv4({127, 0, 0, 1}, 0)},
                                certificate_, control_, *this);
  if (!shard) return tl::unexpected(shard.error());
  shard_ = std::move(*shard);
  shard_->SetLink(kRoom, link_);
  control_thread_ = std::thread([this] { control_.Run(); });
  return {};
}

// With as many threads as continuo-mixer gives it.
Status LatencyRoom::StartMixer() {
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  auto mixer = Mixer::Create(*link_, {.decode_workers = std::clamp<size_t>(cores / 2, 1, 8),
                                      .encode_helpers = std::clamp<size_t>(cores / 2, 1, 4)});
  if (!mixer) return tl::unexpected(mixer.error());
  mixer_ = std::move(*mixer);
  mixer_thread_ = std::thread([this] { mixer_->Run(); });
  return {};
}

void LatencyRoom::SendScene(uint32_t senders) {
  Scene scene;
  scene.version = 1;
  scene.shard_count = 2;
  const auto rects = GridLayout(static_cast<int>(senders), kCanvasSize);
  for (uint32_t i = 0; i < senders; ++i) {
    // No names: they would cover the barcodes.
    scene.tiles.push_back({ParticipantId(i + 1), "", rects[i], CameraState::kOn});
    scene.voices.push_back({ParticipantId(i + 1), kShard, Rung::kHd, true, true});
  }
  scene.voices.push_back({ParticipantId(senders + 1), kShard, Rung::kHd, false, false});
  scene.renditions.set(static_cast<size_t>(kRendition.index()));
  scene.audio_rungs.set(static_cast<size_t>(Rung::kHd));
  RingProducer control(link_->control_down());
  WriteScene(control, link_->wake_mixer_fd(), scene);
}

Result<std::string> LatencyRoom::Join(uint32_t participant, const std::string& offer) {
  const LocalDescription local =
      MakeLocalDescription(kShard, certificate_.fingerprint(), {shard_->local_address()});
  auto answer = AnswerOffer(offer, local);
  if (!answer) return tl::unexpected(answer.error());
  std::promise<Status> opened;
  shard_->Open({ParticipantId(participant), kRoom, kRendition, local, std::move(answer->media)},
               [&](const Status& status) { opened.set_value(status); });
  if (auto status = opened.get_future().get(); !status) return tl::unexpected(status.error());
  return std::move(answer->sdp);
}

void LatencyRoom::ReadMixed(std::vector<MixedFrame>& frames) {
  LinkMemory::DrainWake(mixed_fd());
  bool more = true;
  while (more) {
    const Timestamp now = MonotonicNow();
    while (const auto record = tap_.Peek()) {
      if (const auto message = ReadRenditionFrame(record->bytes)) {
        frames.emplace_back().frame.Assign(message->frame);
        frames.back().on_link = now;
      }
      tap_.Pop();
    }
    while (tap_audio_.Peek()) tap_audio_.Pop();
    const bool pictures_sleep = tap_.PrepareToSleep();
    const bool sound_sleeps = tap_audio_.PrepareToSleep();
    more = !pictures_sleep || !sound_sleeps;
  }
}

}  // namespace continuo
