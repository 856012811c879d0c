// SPDX-License-Identifier: Apache-2.0
#include "mcu/link/messages.h"

#include <cstring>
#include <type_traits>

#include "mcu/link/link_memory.h"
#include "mcu/link/scene_message.h"

namespace continuo {
namespace {

// Fixed parts, as they lie in the ring. One machine, one byte order; no padding that could carry
// stale bytes across.
struct WireFrame {
  uint32_t sender;  // participant id, or rendition index
  uint32_t rtp_timestamp;
  int64_t capture_us;
  uint8_t codec;
  uint8_t kind;
  uint8_t reserved[6];
};
struct WireAudio {
  uint32_t participant;
  uint32_t reserved;
  int64_t sequence;
  int64_t rtp_timestamp;
  int64_t arrival_us;
};
struct WireMixedAudio {
  uint32_t target;  // participant id, or rung
  uint32_t reserved;
  int64_t tick;
};
struct WireId {
  uint32_t value;
};

template <typename Fixed>
bool Write(RingProducer& ring, int wake_fd, LinkRecord type, const Fixed& fixed, ByteView bytes) {
  static_assert(std::has_unique_object_representations_v<Fixed>);
  const auto room = ring.Reserve(static_cast<uint32_t>(type), sizeof(fixed) + bytes.size());
  if (!room) return false;
  std::memcpy(room->data(), &fixed, sizeof(fixed));
  if (!bytes.empty()) std::memcpy(room->data() + sizeof(fixed), bytes.data(), bytes.size());
  if (ring.Commit()) LinkMemory::Wake(wake_fd);
  return true;
}

bool WriteBlob(RingProducer& ring, int wake_fd, LinkRecord type, std::string_view blob) {
  const auto room = ring.Reserve(static_cast<uint32_t>(type), blob.size());
  if (!room) return false;
  if (!blob.empty()) std::memcpy(room->data(), blob.data(), blob.size());
  if (ring.Commit()) LinkMemory::Wake(wake_fd);
  return true;
}

template <typename Fixed>
std::optional<Fixed> ReadFixed(ByteView& bytes) {
  if (bytes.size() < sizeof(Fixed)) return std::nullopt;
  Fixed fixed;
  std::memcpy(&fixed, bytes.data(), sizeof(fixed));
  bytes = bytes.subspan(sizeof(Fixed));
  return fixed;
}

WireFrame ToWire(uint32_t sender, const EncodedFrame& frame) {
  return {sender,
          frame.rtp_timestamp,
          frame.capture_time.us(),
          static_cast<uint8_t>(frame.codec),
          static_cast<uint8_t>(frame.kind),
          {}};
}

std::optional<EncodedFrame> FromWire(const WireFrame& wire, ByteView payload) {
  if (wire.codec >= kVideoCodecCount || wire.kind > 1 || payload.empty()) return std::nullopt;
  return EncodedFrame{static_cast<VideoCodec>(wire.codec), static_cast<FrameKind>(wire.kind),
                      wire.rtp_timestamp, Timestamp::Micros(wire.capture_us), payload};
}

}  // namespace

bool WriteVideoFrame(RingProducer& ring, int wake_fd, const ParticipantFrame& message) {
  return Write(ring, wake_fd, LinkRecord::kVideoFrame,
               ToWire(message.participant.value(), message.frame), message.frame.payload);
}

bool WriteAudioPacket(RingProducer& ring, int wake_fd, const ParticipantAudio& message) {
  const AudioPacket& packet = message.packet;
  const WireAudio wire{message.participant.value(), 0, packet.sequence, packet.rtp_timestamp,
                       packet.arrival.us()};
  return Write(ring, wake_fd, LinkRecord::kAudioPacket, wire, packet.payload);
}

bool WriteKeyFrameRequest(RingProducer& ring, int wake_fd, VideoRendition rendition) {
  return Write(ring, wake_fd, LinkRecord::kKeyFrameRequest,
               WireId{static_cast<uint32_t>(rendition.index())}, {});
}

bool WriteRenditionFrame(RingProducer& ring, int wake_fd, const RenditionFrame& message) {
  return Write(ring, wake_fd, LinkRecord::kRenditionFrame,
               ToWire(static_cast<uint32_t>(message.rendition.index()), message.frame),
               message.frame.payload);
}

bool WriteSharedAudio(RingProducer& ring, int wake_fd, const SharedAudio& message) {
  return Write(ring, wake_fd, LinkRecord::kSharedAudio,
               WireMixedAudio{static_cast<uint32_t>(message.rung), 0, message.tick}, message.opus);
}

bool WritePrivateAudio(RingProducer& ring, int wake_fd, const PrivateAudio& message) {
  return Write(ring, wake_fd, LinkRecord::kPrivateAudio,
               WireMixedAudio{message.participant.value(), 0, message.tick}, message.opus);
}

bool WriteSenderKeyFrame(RingProducer& ring, int wake_fd, ParticipantId participant) {
  return Write(ring, wake_fd, LinkRecord::kSenderKeyFrame, WireId{participant.value()}, {});
}

bool WriteReport(RingProducer& ring, int wake_fd, std::string_view serialized) {
  return WriteBlob(ring, wake_fd, LinkRecord::kReport, serialized);
}

bool WriteScene(RingProducer& ring, int wake_fd, const Scene& scene) {
  return WriteBlob(ring, wake_fd, LinkRecord::kScene, SerializeScene(scene));
}

std::optional<Scene> ReadScene(ByteView bytes) {
  return ParseScene({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::optional<ParticipantFrame> ReadVideoFrame(ByteView bytes) {
  const auto wire = ReadFixed<WireFrame>(bytes);
  if (!wire) return std::nullopt;
  const auto frame = FromWire(*wire, bytes);
  if (!frame) return std::nullopt;
  return ParticipantFrame{ParticipantId(wire->sender), *frame};
}

std::optional<ParticipantAudio> ReadAudioPacket(ByteView bytes) {
  const auto wire = ReadFixed<WireAudio>(bytes);
  if (!wire || bytes.empty() || bytes.size() > kMaxAudioPayload) return std::nullopt;
  return ParticipantAudio{
      ParticipantId(wire->participant),
      {wire->sequence, wire->rtp_timestamp, Timestamp::Micros(wire->arrival_us), bytes}};
}

std::optional<VideoRendition> ReadKeyFrameRequest(ByteView bytes) {
  const auto wire = ReadFixed<WireId>(bytes);
  if (!wire || wire->value >= kVideoRenditionCount) return std::nullopt;
  return VideoRendition::FromIndex(static_cast<int>(wire->value));
}

std::optional<RenditionFrame> ReadRenditionFrame(ByteView bytes) {
  const auto wire = ReadFixed<WireFrame>(bytes);
  if (!wire || wire->sender >= kVideoRenditionCount) return std::nullopt;
  const auto rendition = VideoRendition::FromIndex(static_cast<int>(wire->sender));
  const auto frame = FromWire(*wire, bytes);
  if (!rendition || !frame || frame->codec != rendition->codec) return std::nullopt;
  return RenditionFrame{*rendition, *frame};
}

std::optional<SharedAudio> ReadSharedAudio(ByteView bytes) {
  const auto wire = ReadFixed<WireMixedAudio>(bytes);
  if (!wire || wire->target >= kRungCount || bytes.empty() || bytes.size() > kMaxAudioPayload) {
    return std::nullopt;
  }
  return SharedAudio{static_cast<Rung>(wire->target), wire->tick, bytes};
}

std::optional<PrivateAudio> ReadPrivateAudio(ByteView bytes) {
  const auto wire = ReadFixed<WireMixedAudio>(bytes);
  if (!wire || bytes.empty() || bytes.size() > kMaxAudioPayload) return std::nullopt;
  return PrivateAudio{ParticipantId(wire->target), wire->tick, bytes};
}

std::optional<ParticipantId> ReadSenderKeyFrame(ByteView bytes) {
  const auto wire = ReadFixed<WireId>(bytes);
  if (!wire) return std::nullopt;
  return ParticipantId(wire->value);
}

}  // namespace continuo
