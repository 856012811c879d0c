// SPDX-License-Identifier: Apache-2.0
#include "server/room_fanout.h"

#include <utility>

#include "crypto/random.h"
#include "media/audio_frame.h"

namespace continuo {

RoomFanout::RoomFanout(ShardIndex shard, EventLoop& loop, PacketizedFramePool& pool,
                       FanoutProbe& probe, std::function<void()> on_broken)
    : shard_(shard), loop_(loop), pool_(pool), probe_(probe), on_broken_(std::move(on_broken)) {}

RoomFanout::~RoomFanout() { Detach(); }

void RoomFanout::Detach() {
  if (!link_) return;
  loop_.Unwatch(link_->wake_shard_fd(shard_.value()));
  link_.reset();
}

void RoomFanout::SetLink(std::shared_ptr<LinkMemory> link) {
  Detach();
  if (!link) return;
  link_ = std::move(link);
  media_down_ = RingProducer(link_->media_down(shard_.value()));
  video_up_ = RingConsumer(link_->video_up(shard_.value()));
  audio_up_ = RingConsumer(link_->audio_up(shard_.value()));
  if (!loop_.WatchReadable(link_->wake_shard_fd(shard_.value()), [this] { ReadLink(); })) {
    link_.reset();
    return;
  }
  ReadLink();
}

void RoomFanout::Add(ParticipantId participant, VideoRendition rendition, Session& session) {
  members_[participant] = {rendition, &session, -1};
}

void RoomFanout::Remove(ParticipantId participant) { members_.erase(participant); }

void RoomFanout::ToMixer(ParticipantId participant, const EncodedFrame& frame, Timestamp now) {
  if (!link_) return probe_.without_mixer.Add();
  if (WriteVideoFrame(media_down_, link_->wake_mixer_fd(), {participant, frame})) {
    return probe_.video_frames_in.Add();
  }
  probe_.overflows.Add();
  if (const auto it = members_.find(participant); it != members_.end()) {
    it->second.session->RequestKeyFrame(now);
  }
}

void RoomFanout::ToMixer(ParticipantId participant, const AudioPacket& packet) {
  if (!link_) return probe_.without_mixer.Add();
  if (WriteAudioPacket(media_down_, link_->wake_mixer_fd(), {participant, packet})) {
    probe_.audio_packets_in.Add();
  } else {
    probe_.overflows.Add();
  }
}

void RoomFanout::RequestRenditionKeyFrame(ParticipantId participant) {
  const auto it = members_.find(participant);
  if (it == members_.end() || !link_) return;
  if (!WriteKeyFrameRequest(media_down_, link_->wake_mixer_fd(), it->second.rendition)) {
    probe_.overflows.Add();
  }
}

void RoomFanout::ReadLink() {
  LinkMemory::DrainWake(link_->wake_shard_fd(shard_.value()));
  bool more = true;
  while (more) {
    // Sound first: it is small, and late sound is lost sound.
    const bool sound = ReadRing(audio_up_);
    const bool pictures = ReadRing(video_up_);
    more = sound || pictures;
    if (more) continue;
    const bool sound_sleeps = audio_up_.PrepareToSleep();
    const bool pictures_sleep = video_up_.PrepareToSleep();
    more = !sound_sleeps || !pictures_sleep;
  }
  if (audio_up_.broken() || video_up_.broken()) {
    // Whatever writes there is not our mixer any more.
    probe_.bad_records.Add();
    Detach();
    on_broken_();
  }
}

bool RoomFanout::ReadRing(RingConsumer& ring) {
  bool any = false;
  while (const auto record = ring.Peek()) {
    record_.assign(record->bytes.begin(), record->bytes.end());
    const auto type = static_cast<LinkRecord>(record->type);
    ring.Pop();
    OnRecord(type, record_);
    any = true;
  }
  return any;
}

void RoomFanout::OnRecord(LinkRecord type, ByteView bytes) {
  if (type == LinkRecord::kRenditionFrame) {
    if (const auto message = ReadRenditionFrame(bytes)) return OnRenditionFrame(*message);
  } else if (type == LinkRecord::kSharedAudio) {
    if (const auto message = ReadSharedAudio(bytes)) return OnSharedAudio(*message);
  } else if (type == LinkRecord::kPrivateAudio) {
    if (const auto message = ReadPrivateAudio(bytes)) return OnPrivateAudio(*message);
  }
  probe_.bad_records.Add();
}

void RoomFanout::OnRenditionFrame(const RenditionFrame& message) {
  probe_.rendition_frames.Add();
  auto& packetizer = packetizers_[static_cast<size_t>(message.rendition.index())];
  if (!packetizer) {
    packetizer.emplace(message.rendition.codec, kMaxPayloadSize, pool_,
                       static_cast<uint16_t>(RandomU32() & 0x7fff));
  }
  const PacketizedFrameRef frame = packetizer->Packetize(message.frame);
  if (!frame) return;
  for (auto& [participant, member] : members_) {
    if (member.rendition == message.rendition) member.session->SendVideo(frame, loop_.now());
  }
}

void RoomFanout::OnSharedAudio(const SharedAudio& message) {
  const auto rtp_timestamp =
      static_cast<uint32_t>(message.tick * static_cast<int64_t>(kSamplesPerTick));
  for (auto& [participant, member] : members_) {
    if (member.rendition.rung != message.rung || member.private_tick == message.tick) continue;
    member.session->SendAudio(message.opus, rtp_timestamp, loop_.now());
  }
}

void RoomFanout::OnPrivateAudio(const PrivateAudio& message) {
  const auto it = members_.find(message.participant);
  if (it == members_.end()) return;
  it->second.private_tick = message.tick;
  it->second.session->SendAudio(
      message.opus, static_cast<uint32_t>(message.tick * static_cast<int64_t>(kSamplesPerTick)),
      loop_.now());
}

}  // namespace continuo
