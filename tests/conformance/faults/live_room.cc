// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/faults/live_room.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/clock.h"
#include "codecs/registry.h"
#include "mcu/link/link.pb.h"
#include "mcu/link/messages.h"
#include "mcu/scene/layout.h"
#include "tests/support/test_picture.h"

namespace continuo {
namespace {

constexpr VideoRendition kWatched{VideoCodec::kH264, Rung::kSd};
constexpr TimeDelta kFrameInterval = TimeDelta::Millis(40);

PixelRect Scaled(PixelRect rect, int divisor) {
  return {rect.x / divisor, rect.y / divisor, rect.width / divisor, rect.height / divisor};
}

}  // namespace

LiveRoom::LiveRoom(std::unique_ptr<Device> device, TimeDelta deadline,
                   std::function<void()> on_device_hung)
    : link_(LinkMemory::Create(1).value()),
      control_down_(link_->control_down()),
      media_down_(link_->media_down(0)),
      control_up_(link_->control_up()),
      video_up_(link_->video_up(0)),
      audio_up_(link_->audio_up(0)),
      screen_(CreateVideoDecoder(kWatched.codec).value()) {
  Mixer::Options options;
  options.decode_workers = 2;
  options.encode_helpers = 1;
  options.device = std::move(device);
  options.device_deadline = deadline;
  options.on_device_hung = std::move(on_device_hung);
  mixer_ = Mixer::Create(*link_, std::move(options)).value();
  thread_ = std::thread([this] { mixer_->Run(); });
}

LiveRoom::~LiveRoom() {
  mixer_->Stop();
  thread_.join();
}

void LiveRoom::Gather(const std::vector<LoopedCamera*>& people) {
  const Timestamp now = MonotonicNow();
  const auto rects = GridLayout(static_cast<int>(people.size()) + 1, kCanvasSize);
  Scene scene;
  scene.version = ++version_;
  std::vector<Seat> seats;
  for (size_t i = 0; i < people.size(); ++i) {
    // Without a name, which would hide the number.
    scene.tiles.push_back({people[i]->id(), "", rects[i], CameraState::kOn});
    scene.voices.push_back({people[i]->id(), ShardIndex(0), Rung::kHd, false, true});
    seats.push_back({.camera = people[i], .tile = Scaled(rects[i], 2), .moved = now});
  }
  scene.tiles.push_back({ParticipantId(98), "Zoë Müller", rects.back(), CameraState::kOff});
  scene.voices.push_back({ParticipantId(99), ShardIndex(0), Rung::kHd, false, false});
  scene.renditions.set(static_cast<size_t>(kWatched.index()));
  scene.audio_rungs.set(static_cast<size_t>(Rung::kHd));
  if (!WriteScene(control_down_, link_->wake_mixer_fd(), scene)) problem_ = "no room for a scene";
  NoteFreezes(now);
  seats_ = std::move(seats);
  if (next_frames_ == Timestamp()) next_frames_ = now;
}

void LiveRoom::RequestKeyFrame() {
  WriteKeyFrameRequest(media_down_, link_->wake_mixer_fd(), kWatched);
}

void LiveRoom::Live(Timestamp until) {
  while (true) {
    const Timestamp now = MonotonicNow();
    if (now >= next_frames_) Send(now);
    TakeControl();
    TakeVideo();
    TakeAudio();
    NoteFreezes(MonotonicNow());
    if (now >= until) return;
    const TimeDelta wait = std::min(next_frames_, until) - now;
    std::array<pollfd, 2> wakes{pollfd{link_->wake_shard_fd(0), POLLIN, 0},
                                {link_->wake_control_fd(), POLLIN, 0}};
    if (wait > TimeDelta()) poll(wakes.data(), wakes.size(), static_cast<int>(wait.ms()) + 1);
  }
}

bool LiveRoom::LiveUntilSeen(TimeDelta patience) {
  const Timestamp deadline = MonotonicNow() + patience;
  std::vector<int> before;
  for (const Seat& seat : seats_) before.push_back(seat.changes);
  while (problem_.empty() && MonotonicNow() < deadline) {
    Live(MonotonicNow() + TimeDelta::Millis(5));
    bool seen = true;
    // Twice: one picture may have been on its way.
    for (size_t i = 0; i < seats_.size(); ++i) seen &= seats_[i].changes >= before[i] + 2;
    if (seen) return true;
  }
  return false;
}

void LiveRoom::Send(Timestamp now) {
  for (const Seat& seat : seats_) {
    OwnedEncodedFrame frame = seat.camera->Next();
    frame.capture_time = now;
    if (!WriteVideoFrame(media_down_, link_->wake_mixer_fd(), {seat.camera->id(), frame.view()})) {
      problem_ = "the mixer does not read";
    }
  }
  next_frames_ = std::max(next_frames_ + kFrameInterval, now);
}

void LiveRoom::TakeControl() {
  LinkMemory::DrainWake(link_->wake_control_fd());
  do {
    while (const auto record = control_up_.Peek()) {
      if (record->type == static_cast<uint32_t>(LinkRecord::kSenderKeyFrame)) {
        for (const Seat& seat : seats_) {
          if (seat.camera->id() == ReadSenderKeyFrame(record->bytes)) seat.camera->WantKeyFrame();
        }
      } else if (record->type == static_cast<uint32_t>(LinkRecord::kReport)) {
        link::MixerReport report;
        CONTINUO_CHECK(
            report.ParseFromArray(record->bytes.data(), static_cast<int>(record->bytes.size())));
        device_failure_ = report.engine().failure();
      }
      control_up_.Pop();
    }
  } while (!control_up_.PrepareToSleep());
}

void LiveRoom::TakeVideo() {
  LinkMemory::DrainWake(link_->wake_shard_fd(0));
  do {
    while (const auto record = video_up_.Peek()) {
      if (const auto message = ReadRenditionFrame(record->bytes)) Watch(message->frame);
      video_up_.Pop();
    }
  } while (!video_up_.PrepareToSleep());
}

void LiveRoom::TakeAudio() {
  do {
    while (audio_up_.Peek()) {
      const Timestamp now = MonotonicNow();
      if (heard_ != Timestamp()) longest_silence_ = std::max(longest_silence_, now - heard_);
      heard_ = now;
      audio_up_.Pop();
    }
  } while (!audio_up_.PrepareToSleep());
}

void LiveRoom::Watch(const EncodedFrame& frame) {
  // After an encoder was made anew, the stream goes on with a key frame.
  const auto picture = screen_->Decode(frame);
  if (!picture) {
    problem_ = "a viewer cannot decode the rendition: " + ToString(picture.error());
    return;
  }
  if (*picture == nullptr) return;
  const Timestamp now = MonotonicNow();
  for (Seat& seat : seats_) {
    const auto number = ReadBarcode((*picture)->picture(), seat.tile);
    if (!number || number == seat.shown || !seat.camera->IsMine(*number)) continue;
    NoteFreezes(now);
    seat.shown = number;
    seat.moved = now;
    ++seat.changes;
  }
}

void LiveRoom::NoteFreezes(Timestamp now) {
  Timestamp since = now;
  for (const Seat& seat : seats_) since = std::min(since, seat.moved);
  longest_freeze_ = std::max(longest_freeze_, now - since);
  frozen_since_us_.store(since.us(), std::memory_order_relaxed);
}

}  // namespace continuo
