// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/time.h"
#include "mcu/link/link_memory.h"
#include "mcu/link/messages.h"
#include "mcu/link/ring.h"
#include "media/rendition.h"
#include "metrics/counter.h"
#include "transport/session/session.h"
#include "transport/tx/packetizer.h"

namespace continuo {

// What the media's way between sessions and mixers counts, one per shard.
struct FanoutProbe {
  Counter video_frames_in;  // from senders to the mixer
  Counter audio_packets_in;
  Counter rendition_frames;  // from the mixer, once per rendition
  Counter overflows;         // the mixer was too late to take them
  Counter without_mixer;     // came while the room had none
  Counter bad_records;       // on the link
};

// One room on one shard: carries the members' frames and packets to the room's mixer, and what the
// mixer made to the members. A rendition's frame is packetised once and sent to every member on it.
// Survives its mixers: each brings a new link, and the streams go on. Shard thread only; sessions
// outlive their membership.
class RoomFanout {
 public:
  // `on_broken` is called when what comes over the link cannot be from a mixer of ours.
  RoomFanout(ShardIndex shard, EventLoop& loop, PacketizedFramePool& pool, FanoutProbe& probe,
             std::function<void()> on_broken);
  ~RoomFanout();
  RoomFanout(const RoomFanout&) = delete;
  RoomFanout& operator=(const RoomFanout&) = delete;

  // The mixer's link, or null while there is none.
  void SetLink(std::shared_ptr<LinkMemory> link);

  void Add(ParticipantId participant, VideoRendition rendition, Session& session);
  void Remove(ParticipantId participant);
  bool empty() const { return members_.empty(); }

  // From a member to the mixer. A frame that the mixer could not take breaks the stream, so its
  // sender is asked for a key frame.
  void ToMixer(ParticipantId participant, const EncodedFrame& frame, Timestamp now);
  void ToMixer(ParticipantId participant, const AudioPacket& packet);
  // A member cannot show its rendition without a key frame.
  void RequestRenditionKeyFrame(ParticipantId participant);

 private:
  struct MemberState {
    VideoRendition rendition;
    Session* session = nullptr;
    int64_t private_tick = -1;  // of the last private mix that it was sent
  };

  void Detach();
  void ReadLink();
  bool ReadRing(RingConsumer& ring);
  void OnRecord(LinkRecord type, ByteView bytes);
  void OnRenditionFrame(const RenditionFrame& message);
  void OnSharedAudio(const SharedAudio& message);
  void OnPrivateAudio(const PrivateAudio& message);

  const ShardIndex shard_;
  EventLoop& loop_;
  PacketizedFramePool& pool_;
  FanoutProbe& probe_;
  const std::function<void()> on_broken_;
  std::unordered_map<ParticipantId, MemberState> members_;
  // Made when a rendition's first frame comes; kept, so that picture ids go on over mixers' deaths.
  std::array<std::optional<Packetizer>, kVideoRenditionCount> packetizers_;

  std::shared_ptr<LinkMemory> link_;
  RingProducer media_down_;
  RingConsumer video_up_;
  RingConsumer audio_up_;
  std::vector<uint8_t> record_;  // a copy: the mixer could still write to the original
};

}  // namespace continuo
