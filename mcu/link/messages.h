// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "mcu/link/ring.h"
#include "mcu/scene/scene.h"
#include "media/audio_packet.h"
#include "media/encoded_frame.h"
#include "media/rendition.h"

namespace continuo {

// The records of the link. Each message is a plain struct of fixed size followed by its bytes; the
// readers check lengths and ranges, since the mixer may have been taken over by a hostile stream.
enum class LinkRecord : uint32_t {
  // Edge to mixer.
  kScene = 1,        // SceneMessage
  kVideoFrame,       // from a participant
  kAudioPacket,      // from a participant
  kKeyFrameRequest,  // somebody on this rendition needs a key frame
  // Mixer to edge.
  kRenditionFrame = 64,
  kSharedAudio,
  kPrivateAudio,
  kSenderKeyFrame,  // the decoder of this participant needs a key frame
  kReport,          // MixerReport
};

struct ParticipantFrame {
  ParticipantId participant;
  EncodedFrame frame;
};
struct ParticipantAudio {
  ParticipantId participant;
  AudioPacket packet;
};
struct RenditionFrame {
  VideoRendition rendition;
  EncodedFrame frame;
};
// What everybody hears who is on `rung` and did not get a PrivateAudio of the same tick before it.
// A tick is 20 ms; it counts since the machine's monotonic clock began.
struct SharedAudio {
  Rung rung = Rung::kHd;
  int64_t tick = 0;
  ByteView opus;
};
// What one talker hears: everybody but himself.
struct PrivateAudio {
  ParticipantId participant;
  int64_t tick = 0;
  ByteView opus;
};

// Each Write* puts one record on the ring and wakes its reader through `wake_fd`. False when the
// ring is full: the message is lost, and the caller counts it.
bool WriteScene(RingProducer& ring, int wake_fd, const Scene& scene);
bool WriteVideoFrame(RingProducer& ring, int wake_fd, const ParticipantFrame& message);
bool WriteAudioPacket(RingProducer& ring, int wake_fd, const ParticipantAudio& message);
bool WriteKeyFrameRequest(RingProducer& ring, int wake_fd, VideoRendition rendition);
bool WriteRenditionFrame(RingProducer& ring, int wake_fd, const RenditionFrame& message);
bool WriteSharedAudio(RingProducer& ring, int wake_fd, const SharedAudio& message);
bool WritePrivateAudio(RingProducer& ring, int wake_fd, const PrivateAudio& message);
bool WriteSenderKeyFrame(RingProducer& ring, int wake_fd, ParticipantId participant);
bool WriteReport(RingProducer& ring, int wake_fd, std::string_view serialized);

// Each Read* checks one record's bytes; nothing when they cannot be such a message. Views point
// into `bytes`.
std::optional<Scene> ReadScene(ByteView bytes);
std::optional<ParticipantFrame> ReadVideoFrame(ByteView bytes);
std::optional<ParticipantAudio> ReadAudioPacket(ByteView bytes);
std::optional<VideoRendition> ReadKeyFrameRequest(ByteView bytes);
std::optional<RenditionFrame> ReadRenditionFrame(ByteView bytes);
std::optional<SharedAudio> ReadSharedAudio(ByteView bytes);
std::optional<PrivateAudio> ReadPrivateAudio(ByteView bytes);
std::optional<ParticipantId> ReadSenderKeyFrame(ByteView bytes);

}  // namespace continuo
