// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/time.h"
#include "mcu/audio/audio_mix_probe.h"
#include "mcu/audio/delay_estimator.h"
#include "media/audio_packet.h"

namespace continuo {

// Puts the packets of one audio stream into playable order and decides how long to wait: long
// enough for the jitter of the last seconds, never longer than kMaxDelay, and less again when the
// line calms down. Doesn't decode, doesn't ask for retransmission. Fed and read by its voice, on
// the audio thread. Timestamps are 48 kHz RTP ticks. Packets of 2.5 to 120 ms, silence without
// packets (the timestamp jumps, the sequence doesn't), and senders that start anew are normal;
// late, duplicate and senseless packets are counted and dropped. Allocates nothing. RFC 3550 §A.1
// for jumps of the sequence.
class JitterBuffer {
 public:
  static constexpr TimeDelta kMaxDelay = TimeDelta::Millis(500);

  enum class Play : uint8_t {
    kPacket,   // decode `payload`
    kRecover,  // `samples` are lost; `payload` is the packet after them, and may hold their FEC
    kConceal,  // `samples` are lost
    kWait,     // nothing to play now: play something, and tell Waited() how much
  };
  struct Step {
    Play play = Play::kWait;
    size_t samples = 0;
    ByteView payload;  // valid until the next Insert
  };

  explicit JitterBuffer(AudioMixProbe& probe) : probe_(probe) {}

  // `samples` is how many the payload will give, 1 to 5760.
  void Insert(const AudioPacket& packet, size_t samples);
  // What to play next. Each call moves on, except that kWait stays.
  Step Next(Timestamp now);
  void Waited(size_t samples);

  // How many samples to cut from (below 0) or to add to (above 0) what is decoded, so that the wait
  // becomes the target; 0 if it's good. `unplayed` is what is decoded and not played yet.
  int Correction(size_t unplayed) const;

  TimeDelta target() const { return estimator_.target(); }
  TimeDelta jitter() const { return estimator_.jitter(); }
  // How long the last packet had waited for its turn, counted from the fastest arrival.
  TimeDelta delay() const { return delay_; }
  // Nothing is waiting and nothing is being played.
  bool idle() const { return !playing_ && held_ == 0; }

 private:
  static constexpr size_t kSlots = 64;  // more than kMaxDelay of 10 ms packets

  enum class SlotState : uint8_t { kEmpty, kWaiting, kPlayed };
  struct Slot {
    SlotState state = SlotState::kEmpty;
    uint16_t size = 0;
    uint16_t samples = 0;
    int64_t sequence = 0;
    int64_t timestamp = 0;
    std::array<uint8_t, kMaxAudioPayload> payload;
    ByteView view() const { return {payload.data(), size}; }
  };

  Slot& SlotOf(int64_t sequence) { return slots_[static_cast<uint64_t>(sequence) % kSlots]; }
  bool FitsStream(const AudioPacket& packet);
  void StartAnew();
  void Store(const AudioPacket& packet, size_t samples);
  Slot* Oldest();
  void DropWhatIsTooOld(Timestamp now);
  Step PlaySlot(Slot& slot, Timestamp now);
  Step FillGap(Slot& next, Timestamp now, bool due);
  void CountLostBefore(const Slot& slot);

  AudioMixProbe& probe_;
  DelayEstimator estimator_;
  std::array<Slot, kSlots> slots_;
  size_t held_ = 0;  // slots in kWaiting

  std::optional<int64_t> newest_sequence_;  // of what came
  int64_t newest_end_ = 0;                  // the timestamp after the newest packet
  Timestamp newest_arrival_;
  std::optional<int64_t> probation_;      // the sequence that would prove a jump
  std::optional<int64_t> next_sequence_;  // to be played
  bool playing_ = false;                  // not at the start, and not after long silence
  int64_t next_timestamp_ = 0;
  size_t waited_ = 0;            // samples played in place of what hadn't come
  size_t packet_samples_ = 960;  // of the last packet played
  int64_t backlog_ = 0;          // samples that were here beyond that packet
  TimeDelta delay_;
};

}  // namespace continuo
