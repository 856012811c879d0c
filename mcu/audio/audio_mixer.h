// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "codecs/audio_codec.h"
#include "mcu/audio/audio_mix_probe.h"
#include "mcu/audio/limiter.h"
#include "mcu/audio/talkers.h"
#include "mcu/audio/voice.h"
#include "mcu/scene/scene.h"
#include "media/audio_frame.h"
#include "media/audio_packet.h"
#include "media/rendition.h"

namespace continuo {

// Where a mix goes. `opus` is borrowed for the call; `tick` is the one given to Tick, so the RTP
// timestamp is tick * kSamplesPerTick.
class AudioMixSink {
 public:
  virtual ~AudioMixSink() = default;
  // One participant's own mix, without his own voice. In this tick it replaces the shared one.
  virtual void OnPrivateAudio(ParticipantId participant, Rung rung, int64_t tick,
                              ByteView opus) = 0;
  // For everybody on the rung who got no private mix in this tick.
  virtual void OnSharedAudio(Rung rung, int64_t tick, ByteView opus) = 0;
};

// How the mixer gets its codecs: codecs/registry.h, or a test's.
struct AudioCodecs {
  std::function<Result<std::unique_ptr<AudioDecoder>>()> make_decoder;
  std::function<Result<std::unique_ptr<AudioEncoder>>(DataRate rate)> make_encoder;
};

// The sound of one room: everybody's packets in, every 20 ms one payload per rung that somebody
// listens on, and one for each talker without himself. Doesn't know sockets, clocks or threads: all
// calls are made on the audio thread. Whoever begins to talk is moved from the shared to a private
// encoder, and back some time after he has stopped; his decoder notices neither. Owns voices,
// limiters and encoders; allocates only in SetVoices. Its own delay is the limiter's 5 ms.
class AudioMixer {
 public:
  AudioMixer(AudioCodecs codecs, AudioMixProbe& probe);
  ~AudioMixer();

  // Who is in the room, of Scene::voices, and the rungs that somebody listens on,
  // Scene::audio_rungs. Nobody on a rung that is off hears anything. If a codec can't be made,
  // whoever needs it is silent or deaf, everybody else goes on, and the first such error is
  // returned.
  Status SetVoices(std::span<const Voice> voices, std::bitset<kRungCount> audio_rungs);

  // Ignored unless the participant is in the room and may send.
  void Insert(ParticipantId participant, const AudioPacket& packet);
  // Calls the sink: private mixes first, then the shared ones.
  void Tick(int64_t tick, Timestamp now, AudioMixSink& sink);

  // Of the last tick. Everybody who sends, by participant.
  std::span<const VoiceLevel> levels() const { return levels_; }
  const Talkers& talkers() const { return talkers_; }

 private:
  struct Member;
  struct Shared {
    std::unique_ptr<AudioEncoder> encoder;
    bool heard = false;                                // it encoded the last tick
    std::vector<std::unique_ptr<AudioEncoder>> spare;  // for private mixes
    size_t lent = 0;
  };

  Member* Find(ParticipantId participant);
  Status Admit(Member& member, const Voice& voice);
  Status MakeEncoders();
  void Dismiss(Member& member);
  void FadeAway(Member& member);
  bool Hears(const Member& member) const;
  Shared& SharedOf(const Member& member);

  void PullVoices(Timestamp now);
  void Sum();
  bool KeepsPrivate(Member& member);
  bool GoPrivate(Member& member);
  void TakeFromHangover(Rung rung);
  void GoShared(Member& member);
  void ReturnEncoder(Member& member);
  void EncodePrivate(Member& member, int64_t tick, AudioMixSink& sink);
  void EncodeShared(int64_t tick, AudioMixSink& sink);

  AudioCodecs codecs_;
  AudioMixProbe& probe_;
  std::vector<std::unique_ptr<Member>> members_;  // by participant
  std::bitset<kRungCount> rungs_;
  std::array<Shared, kRungCount> shared_;
  Talkers talkers_;
  std::vector<VoiceLevel> levels_;
  AudioSum sum_{};     // of this tick, all talkers
  AudioSum others_{};  // sum_ without the voice of whoever is being encoded for
  AudioSum tail_{};    // the last 20 ms of voices that were taken away, fading
  Limiter limiter_;
  AudioFrame heard_{};  // the shared mix of the last tick
  std::array<uint8_t, kMaxAudioPayload> payload_{};
  Timestamp last_tick_;
};

}  // namespace continuo
