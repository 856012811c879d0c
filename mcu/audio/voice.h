// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "codecs/audio_codec.h"
#include "mcu/audio/audio_mix_probe.h"
#include "mcu/audio/jitter_buffer.h"
#include "media/audio_frame.h"
#include "media/audio_packet.h"

namespace continuo {

// Quieter than this is silence, as in RFC 6464.
inline constexpr float kSilenceDbfs = -127.0f;

// One participant's incoming sound: packets in whenever they come, exactly 20 ms out at each tick,
// decoded, recovered from FEC, concealed (fading to silence after about 100 ms), or silent. Plays a
// little faster or slower to keep the wait at what the jitter needs. Doesn't mix. Fed and read by
// the mixer, on the audio thread. Bytes that are no Opus are counted and dropped.
class IncomingVoice {
 public:
  IncomingVoice(std::unique_ptr<AudioDecoder> decoder, AudioMixProbe& probe);

  void Insert(const AudioPacket& packet);
  void Pull(Timestamp now, AudioFrame& out);

  // Loudness of late: dB below full scale, kSilenceDbfs to 0.
  float level_dbfs() const { return level_dbfs_; }
  const JitterBuffer& jitter_buffer() const { return buffer_; }

 private:
  static constexpr size_t kMaxPacketSamples = 5760;  // 120 ms
  static constexpr size_t kCapacity = kMaxPacketSamples + 2 * kSamplesPerTick;

  void Fill(Timestamp now);
  void Play(const JitterBuffer::Step& step);
  void Decode(ByteView payload, size_t samples);
  void Recover(ByteView next, size_t samples);
  void Wait();
  void Invent(size_t samples);
  void Correct(Timestamp now);
  void FadeIn(std::span<int16_t> sound);
  std::span<int16_t> Room(size_t samples) { return std::span(sound_).subspan(size_, samples); }
  void Measure(const AudioFrame& frame);

  std::unique_ptr<AudioDecoder> decoder_;
  AudioMixProbe& probe_;
  JitterBuffer buffer_;
  std::array<int16_t, kCapacity> sound_;  // decoded and not played yet
  size_t size_ = 0;
  size_t invention_left_ = 0;  // samples that may be concealed before silence
  float gain_ = 0.0f;          // of the last sample written to sound_
  int ticks_to_correction_ = 0;
  bool in_dtx_ = false;     // the last packet was one of DTX
  bool concealed_ = false;  // in this tick
  float power_ = 0.0f;      // smoothed, 1 is full scale
  float level_dbfs_ = kSilenceDbfs;
};

}  // namespace continuo
